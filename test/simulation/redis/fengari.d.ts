/** What the simulated server uses of the Lua machine, which brings no types. Lua's strings are bytes. */
declare module 'fengari' {
  /** Opaque: only the functions below read or change it. */
  export interface LuaState {
    readonly l_G: object;
  }

  /** Opaque too. */
  export interface LuaTable {
    readonly strong: object;
  }

  /** Takes its arguments from the stack, leaves results there and says how many. */
  export type LuaFunction = (state: LuaState) => number;

  export function to_luastring(text: string): Uint8Array;

  export const lua: {
    readonly LUA_OK: number;
    readonly LUA_REGISTRYINDEX: number;
    readonly LUA_TNIL: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    lua_checkstack(state: LuaState, slots: number): boolean;
    lua_createtable(state: LuaState, listLength: number, otherFields: number): void;
    lua_error(state: LuaState): never;
    lua_gettop(state: LuaState): number;
    lua_pcall(state: LuaState, args: number, results: number, messageHandler: number): number;
    lua_pushboolean(state: LuaState, value: boolean): void;
    lua_pushcfunction(state: LuaState, value: LuaFunction): void;
    lua_pushglobaltable(state: LuaState): void;
    /** The value must fit in 32 bits. */
    lua_pushinteger(state: LuaState, value: number): void;
    lua_pushnumber(state: LuaState, value: number): void;
    /** Copies the bytes. */
    lua_pushstring(state: LuaState, value: Uint8Array): void;
    lua_rawget(state: LuaState, index: number): number;
    lua_rawgeti(state: LuaState, index: number, place: number): number;
    lua_rawlen(state: LuaState, index: number): number;
    lua_rawset(state: LuaState, index: number): void;
    lua_rawseti(state: LuaState, index: number, place: number): void;
    lua_setmetatable(state: LuaState, index: number): void;
    lua_settop(state: LuaState, index: number): void;
    lua_toboolean(state: LuaState, index: number): boolean;
    /** For a table at `index` only. */
    lua_topointer(state: LuaState, index: number): LuaTable;
    lua_tonumber(state: LuaState, index: number): number;
    /** The machine's own bytes, which must not be changed; null for what is neither text nor number. */
    lua_tostring(state: LuaState, index: number): Uint8Array | null;
    lua_type(state: LuaState, index: number): number;
  };

  export const lauxlib: {
    luaL_error(state: LuaState, message: Uint8Array): never;
    luaL_loadbuffer(state: LuaState, source: Uint8Array, length: number, name: Uint8Array): number;
    luaL_newstate(): LuaState;
    luaL_ref(state: LuaState, table: number): number;
    luaL_requiref(state: LuaState, name: Uint8Array, open: LuaFunction, asGlobal: number): void;
  };

  export const lualib: {
    readonly luaopen_base: LuaFunction;
    readonly luaopen_math: LuaFunction;
    readonly luaopen_string: LuaFunction;
    readonly luaopen_table: LuaFunction;
  };
}

/**
 * The parts of the pinned machine that its own interface is made of. The interface copies each string byte by byte, which
 * would be a third of all that a script costs.
 */
declare module 'fengari/src/lstring.js' {
  import type { LuaState } from 'fengari';

  export interface TString {
    readonly realstring: Uint8Array;
  }
  /** A string that keeps the bytes as its own. */
  export function luaS_bless(state: LuaState, bytes: Uint8Array): TString;
}

declare module 'fengari/src/lobject.js' {
  import type { LuaState } from 'fengari';
  import type { TString } from 'fengari/src/lstring.js';

  export interface TValue {
    readonly type: number;
  }
  export const TValue: new (type: number, value: TString) => TValue;
  /** Onto the stack, which must have room. */
  export function pushsvalue2s(state: LuaState, value: TString): void;
}

declare module 'fengari/src/ltable.js' {
  import type { LuaTable } from 'fengari';
  import type { TValue } from 'fengari/src/lobject.js';

  /** Keeps a copy of the value, which says the type, not of what it is about. */
  export function luaH_setint(table: LuaTable, place: number, value: TValue): void;
}

declare module 'fengari/src/defs.js' {
  export const constant_types: { readonly LUA_TLNGSTR: number };
}
