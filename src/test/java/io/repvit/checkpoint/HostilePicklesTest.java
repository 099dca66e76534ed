package io.repvit.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickles that nobody's torch.save writes. The timeout only ends what hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostilePicklesTest {
  @TempDir private Path folder;

  static Stream<Arguments> pickles() {
    return Stream.of(
        pickle("system", p().global("os", "system").text("ls").op(0x85, 'R'), "calls 'os.system'"),
        pickle("posix", p().global("posix", "system"), "calls 'posix.system'"),
        pickle(
            "eval", p().global("builtins", "eval"), "calls 'builtins.eval', which no checkpoint"),
        pickle("stacked", p().text("os").text("system").op(0x93), "calls 'os.system'"),
        pickle("nested", p().global("torch", "hub.load"), "calls 'torch.hub.load'"),
        pickle("escape", p().global("os", "\u001b[2Jx"), "calls 'os.?[2Jx'"),
        pickle("long name", p().global("o".repeat(300), "x"), "a line is longer than 256 bytes"),
        pickle("no name", p().op(']', ']', 0x93), "name is not a string"),
        pickle("INST", p().op('(', 'i', 'o', 's', '\n', 'x', '\n'), "opcode 0x69 is not supported"),
        pickle("OBJ", p().op('(', 'o'), "opcode 0x6f is not supported"),
        pickle("EXT1", p().op(0x82, 1), "opcode 0x82 is not supported"),
        pickle("PERSID", p().op('P', '0', '\n'), "opcode 0x50 is not supported"),
        pickle("NEXT_BUFFER", p().op(0x97), "opcode 0x97 is not supported"),
        pickle("protocol", p().op(0x80, 6), "protocol is 6, at most 5 is supported"),
        pickle("empty", new PickleBytes(), "an opcode needs more values"),
        pickle(
            "text of 4 GB", p().op('X').little(-1, 4), "4294967295 bytes are declared, 1 are left"),
        pickle(
            "text of 2^63",
            p().op(0x8d).little(1L << 63, 8),
            "9223372036854775808 bytes are declared"),
        pickle(
            "bytes of 2^64", p().op(0x8e).little(-1, 8), "18446744073709551615 bytes are declared"),
        pickle("number of 4 GB", p().op(0x8b).little(-1, 4), "4294967295 bytes are declared"),
        pickle("nothing", p().op('0'), "an opcode needs more values"),
        pickle("below the mark", p().op(']', '(', 0x85), "an opcode needs more values"),
        pickle("no mark", p().op('t'), "an opcode needs a mark"),
        pickle("memo", p().op('h', 7), "the memo has no value 7"),
        pickle("left over", p().op('}', '}'), "bytes or values remain after STOP"),
        pickle("open mark", p().op('(', '}'), "bytes or values remain after STOP"),
        pickle("no key", p().op('}', '(', ']', 'u'), "the last key of a dictionary has no value"),
        pickle(
            "list",
            p().op('}', '(', ']', 'e'),
            "1 items are appended to a value that is not a list"),
        pickle(
            "dict",
            p().whole(1).text("a").whole(1).op('s'),
            "2 keys and values are set on a value that is not a dict"),
        pickle(
            "attributes", p().whole(1).op('}', 'b'), "attributes are set on a value that has none"),
        pickle("called", p().op('}', ')', 'R'), "a call has no allowed callable"),
        pickle(
            "arguments",
            p().global("collections", "OrderedDict").op('}', 'R'),
            "a call has no allowed callable"),
        pickle(
            "entries",
            p().global("collections", "OrderedDict").op(']', 0x85, 'R'),
            "an OrderedDict is called with arguments"),
        pickle("id", p().text("storage").op('Q'), "does not refer to a storage"),
        pickle(
            "tensor of nothing",
            p().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R'),
            "a tensor is not built from storage, offset, dimensions and strides"),
        pickle(
            "parameter of nothing",
            p().global("torch._utils", "_rebuild_parameter").op(')', 'R'),
            "PARAMETER is called without arguments"),
        pickle("no dictionary", p().op(']'), "has no dictionary of tensors"),
        pickle("no tensors", p().op('}'), "is a dictionary without tensors"),
        pickle("no tensor", p().op('}').text("w").op(']', 's'), "'w' is not a tensor"),
        pickle(
            "the same key",
            p().op('}').text("a\n").op(']', 's').text("a\n").op(']', 's'),
            "a dictionary has the key 'a?' twice"),
        // Values that hold themselves, a million times or a million deep: no one may walk them.
        pickle("itself", p().op('}', 'q', 0).text("w").op('h', 0, 's'), "'w' is not a tensor"),
        pickle("deep", p().op(')').times(1_000_000, 0x85), "has no dictionary of tensors"),
        pickle("deep marks", p().times(1_000_000, '('), "an opcode needs more values"),
        pickle("laughs", p().op(')').times(1_000_000, '2', 0x86), "has no dictionary of tensors"),
        pickle(
            "deep key",
            p().op('}', ')').times(99_999, '2', 0x86).op('N', 's'),
            "is a dictionary without tensors"),
        pickle("a million", p().op('(').times(1_000_000, '}').op('t'), "has no dictionary"),
        pickle("too many", p().times(1 << 20, 'N', '0'), "the pickle has more than 2097152"),
        pickle("digits", p().op('L').times(255, '9').op('\n'), "has no dictionary of tensors"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pickles")
  void aPickleIsRefused(String defect, byte[] file, String message) throws IOException {
    HostileTorch.assertRefused(folder, file, message);
  }

  private static PickleBytes p() {
    return PickleBytes.begin();
  }

  private static Arguments pickle(String defect, PickleBytes pickle, String message) {
    return Arguments.of(defect, ZipBytes.checkpoint(pickle.stop()).bytes(), message);
  }
}
