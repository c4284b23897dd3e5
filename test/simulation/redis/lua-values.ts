import { lua } from 'fengari';
import type { LuaState } from 'fengari';
import { constant_types } from 'fengari/src/defs.js';
import { pushsvalue2s, TValue } from 'fengari/src/lobject.js';
import { luaS_bless } from 'fengari/src/lstring.js';
import { luaH_setint } from 'fengari/src/ltable.js';
import { toBytes } from './bytes.ts';
import { isList } from './reply.ts';
import type { Reply } from './reply.ts';
import { notSimulated } from './commands/command.ts';

const ERROR_FIELD = toBytes('err');
const STATUS_FIELD = toBytes('ok');
/** A value and a key on top of what is there, at each depth. */
const SLOTS_PER_DEPTH = 4;

/** Leaves a reply on the stack as Redis gives it to scripts: nil as false, lists as tables. */
export function pushReply(state: LuaState, reply: Reply): void {
  if (reply === null) {
    lua.lua_pushboolean(state, false);
  } else if (typeof reply === 'number') {
    pushNumber(state, reply);
  } else if (reply instanceof Uint8Array) {
    pushBytes(state, reply);
  } else if (isList(reply)) {
    lua.lua_checkstack(state, SLOTS_PER_DEPTH);
    lua.lua_createtable(state, reply.length, 0);
    for (const [index, item] of reply.entries()) {
      pushReply(state, item);
      lua.lua_rawseti(state, -2, index + 1);
    }
  } else if ('error' in reply) {
    pushRecord(state, ERROR_FIELD, reply.error);
  } else {
    pushRecord(state, STATUS_FIELD, reply.status);
  }
}

/** Leaves a list of texts on the stack, which keeps the bytes as its own. */
export function pushTexts(state: LuaState, texts: readonly Uint8Array[]): void {
  lua.lua_createtable(state, texts.length, 0);
  const table = lua.lua_topointer(state, -1);
  for (const [index, text] of texts.entries()) {
    luaH_setint(table, index + 1, new TValue(constant_types.LUA_TLNGSTR, luaS_bless(state, text)));
  }
}

/** What a script returned, as Redis answers it: a list ends at its first nil, fractions are cut off, true is 1. */
export function toReply(state: LuaState, index: number): Reply {
  switch (lua.lua_type(state, index)) {
    case lua.LUA_TSTRING:
      return lua.lua_tostring(state, index);
    case lua.LUA_TNUMBER:
      return Math.trunc(lua.lua_tonumber(state, index));
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(state, index) ? 1 : null;
    case lua.LUA_TTABLE:
      return tableReply(state, index);
    default:
      return null;
  }
}

/** The text of a field of the table at `index`; undefined where it holds none. */
export function fieldOf(state: LuaState, index: number, field: Uint8Array): string | undefined {
  lua.lua_pushstring(state, field);
  const isText = lua.lua_rawget(state, index < 0 ? index - 1 : index) === lua.LUA_TSTRING;
  const text = isText ? Buffer.from(lua.lua_tostring(state, -1) ?? []).toString() : undefined;
  lua.lua_settop(state, -2);
  return text;
}

/** The error that was raised, in words. */
export function errorAt(state: LuaState, index: number): string {
  const isTable = lua.lua_type(state, index) === lua.LUA_TTABLE;
  const said = isTable ? fieldOf(state, index, ERROR_FIELD) : undefined;
  return said ?? `ERR ${Buffer.from(lua.lua_tostring(state, index) ?? []).toString()}`;
}

/** An argument of a command as it goes out; undefined for what Redis takes from no script. */
export function argumentOf(state: LuaState, index: number): Uint8Array | undefined {
  const type = lua.lua_type(state, index);
  if (type === lua.LUA_TSTRING) return lua.lua_tostring(state, index) ?? undefined;
  if (type !== lua.LUA_TNUMBER) return undefined;
  const value = lua.lua_tonumber(state, index);
  if (!Number.isSafeInteger(value)) notSimulated('how a script writes fractions and numbers beyond 2^53');
  return toBytes(value);
}

function tableReply(state: LuaState, index: number): Reply {
  const error = fieldOf(state, index, ERROR_FIELD);
  if (error !== undefined) return { error };
  const status = fieldOf(state, index, STATUS_FIELD);
  if (status !== undefined) return { status };
  lua.lua_checkstack(state, SLOTS_PER_DEPTH);
  const items: Reply[] = [];
  for (let place = 1; ; place++) {
    const isEnd = lua.lua_rawgeti(state, index, place) === lua.LUA_TNIL;
    if (!isEnd) items.push(toReply(state, lua.lua_gettop(state)));
    lua.lua_settop(state, -2);
    if (isEnd) return items;
  }
}

/** As `lua_pushstring` does, without the copy: bytes of commands and replies are never changed. */
function pushBytes(state: LuaState, bytes: Uint8Array): void {
  lua.lua_checkstack(state, 1);
  pushsvalue2s(state, luaS_bless(state, bytes));
}

/** The machine's integers have 32 bits; its other numbers are doubles, as all of Redis' Lua are. */
function pushNumber(state: LuaState, value: number): void {
  if ((value | 0) === value) lua.lua_pushinteger(state, value);
  else lua.lua_pushnumber(state, value);
}

function pushRecord(state: LuaState, field: Uint8Array, text: string): void {
  lua.lua_createtable(state, 0, 1);
  lua.lua_pushstring(state, field);
  lua.lua_pushstring(state, toBytes(text));
  lua.lua_rawset(state, -3);
}
