package io.repvit.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * The pickle opcodes that are supported: those of protocols 1 to 5 that build data. Calls are
 * supported by {@link #REDUCE}, {@link #NEWOBJ}, {@link #NEWOBJ_EX} and {@link #BUILD} only.
 * Opcodes that only protocol 0 writes, or that refer to other streams, are not supported.
 *
 * <p>Source: <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">CPython,
 * Lib/pickletools.py</a>.
 */
enum Opcode {
  PROTO(0x80),
  FRAME(0x95),
  STOP('.'),

  MARK('('),
  POP('0'),
  POP_MARK('1'),
  DUP('2'),

  NONE('N'),
  NEWTRUE(0x88),
  NEWFALSE(0x89),
  INT('I'),
  BININT('J'),
  BININT1('K'),
  BININT2('M'),
  LONG('L'),
  LONG1(0x8a),
  LONG4(0x8b),
  BINFLOAT('G'),

  BINSTRING('T'),
  SHORT_BINSTRING('U'),
  BINUNICODE('X'),
  SHORT_BINUNICODE(0x8c),
  BINUNICODE8(0x8d),
  BINBYTES('B'),
  SHORT_BINBYTES('C'),
  BINBYTES8(0x8e),
  BYTEARRAY8(0x96),

  EMPTY_TUPLE(')'),
  TUPLE('t'),
  TUPLE1(0x85),
  TUPLE2(0x86),
  TUPLE3(0x87),
  EMPTY_LIST(']'),
  APPEND('a'),
  APPENDS('e'),
  EMPTY_SET(0x8f),
  ADDITEMS(0x90),
  FROZENSET(0x91),
  EMPTY_DICT('}'),
  SETITEM('s'),
  SETITEMS('u'),

  BINGET('h'),
  LONG_BINGET('j'),
  BINPUT('q'),
  LONG_BINPUT('r'),
  MEMOIZE(0x94),

  GLOBAL('c'),
  STACK_GLOBAL(0x93),
  REDUCE('R'),
  NEWOBJ(0x81),
  NEWOBJ_EX(0x92),
  BUILD('b'),
  BINPERSID('Q');

  private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[256];

  static {
    for (Opcode opcode : values()) {
      BY_CODE[opcode.code] = opcode;
    }
  }

  private final int code;

  Opcode(int code) {
    this.code = code;
  }

  /**
   * Returns the opcode with the given code, or null if it is not supported.
   *
   * @param code 0 to 255
   */
  static @Nullable Opcode of(int code) {
    return BY_CODE[code];
  }
}
