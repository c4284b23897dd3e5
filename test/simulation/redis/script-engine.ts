import { lauxlib, lua, lualib } from 'fengari';
import type { LuaFunction, LuaState } from 'fengari';
import { toBytes } from './bytes.ts';
import { argumentOf, errorAt, pushReply, pushTexts, toReply } from './lua-values.ts';
import { isError } from './reply.ts';
import type { ErrorReply, Reply } from './reply.ts';

/** Runs one command of a script. What it throws goes through the script to whoever ran it. */
export type CallCommand = (args: readonly Uint8Array[]) => Reply;

/**
 * Runs scripts as Redis does, each compiled once. The machine speaks Lua 5.3 where Redis speaks 5.1: the difference that
 * could show is the text of numbers with a fraction of zero (`..` gives "5.0" for 10 / 2).
 */
export interface ScriptEngine {
  /** Compiles a script. An error where it does not compile. */
  check(source: string): ErrorReply | undefined;
  /** The script's reply, or the error that ended it; what it wrote before the error stays written. */
  run(source: string, keys: readonly Uint8Array[], args: readonly Uint8Array[], call: CallCommand): Reply;
}

/** Redis' Lua has no room for more values at once. */
const MOST_VALUES_AT_ONCE = 8_000;
const KEYS = toBytes('KEYS');
const ARGV = toBytes('ARGV');

export function createScriptEngine(): ScriptEngine {
  const state = lauxlib.luaL_newstate();
  const compiled = new Map<string, number>();
  let call: CallCommand | undefined;
  let thrown: { readonly error: unknown } | undefined;

  /** The command's reply, or what it threw, which must not pass through the machine as an exception. */
  function outcomeOf(args: readonly Uint8Array[]): Reply {
    try {
      if (call === undefined) throw new Error('no script is running');
      return call(args);
    } catch (error) {
      thrown = { error };
      return { error: 'ERR the simulation ended the script' };
    }
  }

  function throwIfStopped(): void {
    const stopped = thrown;
    thrown = undefined;
    if (stopped !== undefined) throw stopped.error;
  }

  function callFromScript(caller: LuaState): number {
    const args: Uint8Array[] = [];
    const count = lua.lua_gettop(caller);
    for (let index = 1; index <= count; index++) {
      const argument = argumentOf(caller, index);
      if (argument === undefined)
        return raise(caller, 'ERR Lua redis lib command arguments must be strings or integers');
      args.push(argument);
    }
    const reply = outcomeOf(args);
    pushReply(caller, reply);
    return isError(reply) ? lua.lua_error(caller) : 1;
  }

  function compile(source: string): number | ErrorReply {
    const known = compiled.get(source);
    if (known !== undefined) return known;
    const bytes = toBytes(source);
    if (lauxlib.luaL_loadbuffer(state, bytes, bytes.length, toBytes('@user_script')) !== lua.LUA_OK) {
      const error = errorAt(state, -1);
      lua.lua_settop(state, 0);
      return { error };
    }
    const reference = lauxlib.luaL_ref(state, lua.LUA_REGISTRYINDEX);
    compiled.set(source, reference);
    return reference;
  }

  openLibraries(state, callFromScript);

  return {
    check(source) {
      const reference = compile(source);
      return typeof reference === 'number' ? undefined : reference;
    },
    run(source, keys, args, callCommand) {
      const reference = compile(source);
      if (typeof reference !== 'number') return reference;
      setGlobal(state, KEYS, keys);
      setGlobal(state, ARGV, args);
      call = callCommand;
      lua.lua_rawgeti(state, lua.LUA_REGISTRYINDEX, reference);
      const isDone = lua.lua_pcall(state, 0, 1, 0) === lua.LUA_OK;
      call = undefined;
      const reply = isDone ? toReply(state, 1) : { error: errorAt(state, -1) };
      lua.lua_settop(state, 0);
      throwIfStopped();
      return reply;
    },
  };
}

function openLibraries(state: LuaState, callFromScript: LuaFunction): void {
  const libraries = [
    ['_G', lualib.luaopen_base],
    ['math', lualib.luaopen_math],
    ['string', lualib.luaopen_string],
    ['table', lualib.luaopen_table],
  ] as const;
  for (const [name, open] of libraries) lauxlib.luaL_requiref(state, toBytes(name), open, 1);
  lua.lua_settop(state, 0);

  lua.lua_pushglobaltable(state);
  setFunction(state, 'unpack', unpack);
  lua.lua_pushstring(state, toBytes('redis'));
  lua.lua_createtable(state, 0, 1);
  setFunction(state, 'call', callFromScript);
  lua.lua_rawset(state, -3);

  // As in Redis: a script that reads or makes a global variable by mistake is told so.
  lua.lua_createtable(state, 0, 2);
  setFunction(state, '__index', refuseGlobal);
  setFunction(state, '__newindex', refuseGlobal);
  lua.lua_setmetatable(state, -2);
  lua.lua_settop(state, 0);
}

/** Into the table on top of the stack. */
function setFunction(state: LuaState, name: string, value: LuaFunction): void {
  lua.lua_pushstring(state, toBytes(name));
  lua.lua_pushcfunction(state, value);
  lua.lua_rawset(state, -3);
}

function setGlobal(state: LuaState, name: Uint8Array, texts: readonly Uint8Array[]): void {
  lua.lua_pushglobaltable(state);
  lua.lua_pushstring(state, name);
  pushTexts(state, texts);
  lua.lua_rawset(state, -3);
  lua.lua_settop(state, 0);
}

function raise(state: LuaState, error: string): number {
  pushReply(state, { error });
  return lua.lua_error(state);
}

function refuseGlobal(state: LuaState): number {
  const name = Buffer.from(lua.lua_tostring(state, 2) ?? []).toString();
  return raise(state, `ERR Script attempted to access nonexistent global variable '${name}'`);
}

/** Lua 5.1's, with its limit. */
function unpack(state: LuaState): number {
  const given = lua.lua_gettop(state);
  const first = given >= 2 ? lua.lua_tonumber(state, 2) : 1;
  const last = given >= 3 ? lua.lua_tonumber(state, 3) : lua.lua_rawlen(state, 1);
  const count = Math.max(last - first + 1, 0);
  if (given + count > MOST_VALUES_AT_ONCE) return raise(state, 'ERR too many results to unpack');
  lua.lua_checkstack(state, count);
  for (let place = first; place <= last; place++) lua.lua_rawgeti(state, 1, place);
  return count;
}
