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
        pickle("long name", p().global("o".repeat(300), "x"), "does not end within 256 bytes"),
        pickle("no name", p().op(']', ']', 0x93), "a name is no text"),
        pickle("INST", p().op('(', 'i', 'o', 's', '\n', 'x', '\n'), "instruction 0x69 is none of"),
        pickle("OBJ", p().op('(', 'o'), "instruction 0x6f is none of"),
        pickle("EXT1", p().op(0x82, 1), "instruction 0x82 is none of"),
        pickle("PERSID", p().op('P', '0', '\n'), "instruction 0x50 is none of"),
        pickle("NEXT_BUFFER", p().op(0x97), "instruction 0x97 is none of"),
        pickle("protocol", p().op(0x80, 6), "protocol 6, at most 5 is read"),
        pickle("empty", new PickleBytes(), "an instruction finds too few values"),
        pickle("text of 4 GB", p().op('X').little(-1, 4), "4294967295 bytes announced, 1 are left"),
        pickle(
            "text of 2^63",
            p().op(0x8d).little(1L << 63, 8),
            "9223372036854775808 bytes announced"),
        pickle("bytes of 2^64", p().op(0x8e).little(-1, 8), "18446744073709551615 bytes announced"),
        pickle("number of 4 GB", p().op(0x8b).little(-1, 4), "4294967295 bytes announced"),
        pickle("nothing", p().op('0'), "an instruction finds too few values"),
        pickle("below the mark", p().op(']', '(', 0x85), "an instruction finds too few values"),
        pickle("no mark", p().op('t'), "a mark is missing"),
        pickle("memo", p().op('h', 7), "value 7 of the memo was never put there"),
        pickle("left over", p().op('}', '}'), "it ends with bytes or values left over"),
        pickle("open mark", p().op('(', '}'), "it ends with bytes or values left over"),
        pickle("no key", p().op('}', '(', ']', 'u'), "a key has no value"),
        pickle("list", p().op('}', '(', ']', 'e'), "1 items are given to what is no list"),
        pickle(
            "dict",
            p().whole(1).text("a").whole(1).op('s'),
            "2 items are given to what is no dict"),
        pickle("attributes", p().whole(1).op('}', 'b'), "attributes are set on what has none"),
        pickle("called", p().op('}', ')', 'R'), "it calls what cannot be called"),
        pickle("arguments", p().global("collections", "OrderedDict").op('}', 'R'), "it calls what"),
        pickle(
            "entries",
            p().global("collections", "OrderedDict").op(']', 0x85, 'R'),
            "an OrderedDict begins with entries"),
        pickle("id", p().text("storage").op('Q'), "refers to something other than a storage"),
        pickle(
            "tensor of nothing",
            p().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R'),
            "a tensor is not made of storage, offset, sides and strides"),
        pickle(
            "parameter of nothing",
            p().global("torch._utils", "_rebuild_parameter").op(')', 'R'),
            "a PARAMETER is made of nothing"),
        pickle("no dictionary", p().op(']'), "holds no dictionary of tensors"),
        pickle("no tensors", p().op('}'), "holds no tensors"),
        pickle("no tensor", p().op('}').text("w").op(']', 's'), "'w' is no tensor"),
        pickle(
            "the same key",
            p().op('}').text("a\n").op(']', 's').text("a\n").op(']', 's'),
            "a dictionary has the key 'a?' twice"),
        // Values that hold themselves, a million times or a million deep: no one may walk them.
        pickle("itself", p().op('}', 'q', 0).text("w").op('h', 0, 's'), "'w' is no tensor"),
        pickle("deep", p().op(')').times(1_000_000, 0x85), "holds no dictionary of tensors"),
        pickle("deep marks", p().times(1_000_000, '('), "an instruction finds too few values"),
        pickle("laughs", p().op(')').times(1_000_000, '2', 0x86), "holds no dictionary of tensors"),
        pickle(
            "deep key", p().op('}', ')').times(99_999, '2', 0x86).op('N', 's'), "holds no tensors"),
        pickle("a million", p().op('(').times(1_000_000, '}').op('t'), "holds no dictionary"),
        pickle("too many", p().times(1 << 20, 'N', '0'), "the pickle has more than 2097152"),
        pickle("digits", p().op('L').times(255, '9').op('\n'), "holds no dictionary of tensors"));
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
