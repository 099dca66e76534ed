package io.repvit.checkpoint;

import static io.repvit.checkpoint.CheckpointException.quoted;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.repvit.checkpoint.PickleValue.Dict;
import io.repvit.checkpoint.PickleValue.Int;
import io.repvit.checkpoint.PickleValue.Opaque;
import io.repvit.checkpoint.PickleValue.Text;
import io.repvit.checkpoint.PickleValue.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a pickle as data and executes nothing. It is a stack machine that supports only the {@link
 * Opcode}s and only calls to {@link PickleGlobals}; a call records a tensor and does not build it.
 * Time and memory are proportional to the length of the pickle.
 *
 * <p>Source: <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">CPython,
 * Lib/pickletools.py</a>.
 */
final class PickleReader {

  /**
   * One opcode can retain about a hundred bytes. RepViT-M2.3 with its optimiser has 170,000
   * opcodes.
   */
  static final int MAX_OPCODES = 1 << 21;

  private static final int MAX_PROTOCOL = 5;

  private static final Pattern LONG = Pattern.compile("-?\\d{1,18}");

  private final String file;
  private final PickleInput in;
  private final PickleStack stack;

  private PickleReader(String file, byte[] pickle) {
    this.file = file;
    this.in = new PickleInput(file, pickle);
    this.stack = new PickleStack(in);
  }

  /**
   * Reads a whole pickle.
   *
   * @param file name for messages
   * @throws CheckpointException if it is damaged, exceeds a limit or refers to a name that is not
   *     allowed
   */
  static PickleValue read(String file, byte[] pickle) {
    return new PickleReader(file, pickle).read();
  }

  private PickleValue read() {
    for (int i = 0; i < MAX_OPCODES; i++) {
      int code = in.u8();
      Opcode opcode = Opcode.of(code);
      if (opcode == null) {
        throw in.bad(
            String.format(
                Locale.ROOT, "opcode 0x%02x is not supported, checkpoints do not need it", code));
      }
      if (opcode == Opcode.STOP) {
        PickleValue result = stack.pop();
        if (in.hasRemaining() || !stack.isEmpty()) {
          throw in.bad("bytes or values remain after STOP");
        }
        return result;
      }
      run(opcode);
    }
    throw new CheckpointException(
        file, String.format(Locale.ROOT, "the pickle has more than %d opcodes", MAX_OPCODES));
  }

  private void run(Opcode opcode) {
    switch (opcode) {
      case STOP -> throw new IllegalStateException("read() handles STOP");
      case PROTO -> requireProtocol(in.u8());
      case FRAME -> in.u64();

      case MARK -> stack.mark();
      case POP -> stack.pop();
      case POP_MARK -> stack.popToMark();
      case DUP -> stack.push(stack.top());

      case NONE, NEWTRUE, NEWFALSE, EMPTY_LIST, EMPTY_SET -> stack.pushOpaque();
      case INT, LONG -> pushInt(in.line());
      case BININT -> stack.push(new Int(in.i32()));
      case BININT1 -> stack.push(new Int(in.u8()));
      case BININT2 -> stack.push(new Int(in.u16()));
      case LONG1 -> pushInt(in.u8());
      case LONG4 -> pushInt(in.u32());
      case BINFLOAT -> opaque(8);

      case BINSTRING -> text(in.u32());
      case SHORT_BINSTRING -> stack.push(new Text(in.text(in.u8(), ISO_8859_1)));
      case BINUNICODE -> text(in.u32());
      case SHORT_BINUNICODE -> text(in.u8());
      case BINUNICODE8 -> text(in.u64());
      case BINBYTES -> opaque(in.u32());
      case SHORT_BINBYTES -> opaque(in.u8());
      case BINBYTES8, BYTEARRAY8 -> opaque(in.u64());

      case EMPTY_TUPLE -> stack.push(new Tuple(List.of()));
      case TUPLE -> stack.push(new Tuple(stack.popToMark()));
      case TUPLE1 -> stack.push(new Tuple(stack.pop(1)));
      case TUPLE2 -> stack.push(new Tuple(stack.pop(2)));
      case TUPLE3 -> stack.push(new Tuple(stack.pop(3)));
      case APPEND -> grow(stack.pop(1));
      case APPENDS, ADDITEMS -> grow(stack.popToMark());
      case FROZENSET -> {
        stack.popToMark();
        stack.pushOpaque();
      }
      case EMPTY_DICT -> stack.push(new Dict());
      case SETITEM -> set(stack.pop(2));
      case SETITEMS -> set(stack.popToMark());

      case BINGET -> stack.recall(in.u8());
      case LONG_BINGET -> stack.recall(in.u32());
      case BINPUT -> stack.memoise(in.u8());
      case LONG_BINPUT -> stack.memoise(in.u32());
      case MEMOIZE -> stack.memoiseNext();

      case GLOBAL -> global(in.line(), in.line());
      case STACK_GLOBAL -> stackGlobal(stack.pop(2));
      case REDUCE, NEWOBJ -> stack.push(PickleCalls.call(in, stack.pop(2)));
      case NEWOBJ_EX -> stack.push(PickleCalls.call(in, stack.pop(3)));
      case BUILD -> {
        stack.pop();
        requireAttributes();
      }
      case BINPERSID -> stack.push(PickleCalls.storage(in, stack.pop()));
    }
  }

  private void requireProtocol(int protocol) {
    if (protocol > MAX_PROTOCOL) {
      throw in.bad(
          String.format(
              Locale.ROOT, "protocol is %d, at most %d is supported", protocol, MAX_PROTOCOL));
    }
  }

  /** Pushes an integer of protocol 1, in decimal digits. 00 and 01 are booleans; L ends a long. */
  private void pushInt(String line) {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    stack.push(LONG.matcher(digits).matches() ? new Int(Long.parseLong(digits)) : Opaque.INSTANCE);
  }

  private void pushInt(long bytes) {
    if (bytes > Long.BYTES) {
      opaque(bytes);
    } else {
      stack.push(new Int(in.signed((int) bytes)));
    }
  }

  private void text(long bytes) {
    stack.push(new Text(in.text(bytes, UTF_8)));
  }

  private void opaque(long bytes) {
    in.skip(bytes);
    stack.pushOpaque();
  }

  /** Lists and sets drop their items, because no tensor is in one. */
  private void grow(List<PickleValue> items) {
    if (stack.top() != Opaque.INSTANCE) {
      throw in.bad(
          String.format(
              Locale.ROOT,
              "%d items are appended to a value that is not a list or set",
              items.size()));
    }
  }

  private void set(List<PickleValue> items) {
    if (items.size() % 2 != 0) {
      throw in.bad("the last key of a dictionary has no value");
    }
    if (stack.top() instanceof Dict dict) {
      for (int i = 0; i < items.size(); i += 2) {
        if (items.get(i) instanceof Text key
            && dict.entries.put(key.value(), items.get(i + 1)) != null) {
          throw in.bad("a dictionary has the key " + quoted(key.value()) + " twice");
        }
      }
    } else if (stack.top() != Opaque.INSTANCE) {
      throw in.bad(
          String.format(
              Locale.ROOT,
              "%d keys and values are set on a value that is not a dictionary",
              items.size()));
    }
  }

  private void stackGlobal(List<PickleValue> names) {
    if (names.get(0) instanceof Text module && names.get(1) instanceof Text name) {
      global(module.value(), name.value());
    } else {
      throw in.bad("a module or class name is not a string");
    }
  }

  private void global(String module, String name) {
    PickleValue meaning = PickleGlobals.find(module, name);
    if (meaning == null) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "the pickle calls %s, which no checkpoint needs; nothing was run; ask for a file that has"
                  + " only weights",
              quoted(module + "." + name)));
    }
    stack.push(meaning);
  }

  /** A pickle may set attributes on a state dict or on settings. They are dropped. */
  private void requireAttributes() {
    if (!(stack.top() instanceof Dict) && stack.top() != Opaque.INSTANCE) {
      throw in.bad("attributes are set on a value that has none");
    }
  }
}
