package io.repvit.checkpoint;

import io.repvit.checkpoint.PickleValue.Callable;
import io.repvit.checkpoint.PickleValue.StorageType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The allowlist of Python names that a pickle may refer to, each with the value it stands for. It
 * has the names that PyTorch allows with {@code weights_only} and that training writes, and the
 * classes of the settings that training saves beside the weights.
 */
final class PickleGlobals {
  private static final Map<String, PickleValue> ALLOWED = new HashMap<>();

  static {
    ALLOWED.put("collections.OrderedDict", Callable.ORDERED_DICT);
    ALLOWED.put("torch._utils._rebuild_tensor", Callable.TENSOR);
    ALLOWED.put("torch._utils._rebuild_tensor_v2", Callable.TENSOR);
    ALLOWED.put("torch._utils._rebuild_parameter", Callable.PARAMETER);
    ALLOWED.put("torch._utils._rebuild_parameter_with_state", Callable.PARAMETER);
    ALLOWED.put("torch.Size", Callable.SIZE);
    storage("Float", DType.F32);
    storage("Double", DType.F64);
    storage("Half", DType.F16);
    storage("BFloat16", DType.BF16);
    storage("Long", DType.I64);
    for (String name :
        List.of("Int", "Short", "Char", "Byte", "Bool", "ComplexFloat", "ComplexDouble")) {
      storage(name, null);
    }
    for (String module : List.of("builtins", "__builtin__")) {
      opaque(module, "set", "frozenset", "bytearray", "complex", "object");
    }
    opaque("collections", "Counter", "defaultdict");
    opaque("argparse", "Namespace");
    opaque("pathlib", "Path", "PosixPath", "WindowsPath", "PurePosixPath");
    opaque("pathlib._local", "PosixPath", "WindowsPath");
    opaque("_codecs", "encode");
    opaque("copy_reg", "_reconstructor");
    opaque("copyreg", "_reconstructor");
    opaque("numpy", "dtype", "ndarray");
    opaque("numpy.core.multiarray", "scalar", "_reconstruct");
    opaque("numpy._core.multiarray", "scalar", "_reconstruct");
    opaque("torch", "device");
    opaque("torch", "float16", "bfloat16", "float32", "float64", "uint8", "int8", "int16", "int32");
    opaque("torch", "int64", "bool", "complex64", "complex128");
  }

  private PickleGlobals() {}

  /** Returns the value of a name, or null if the name is not allowed. */
  static @Nullable PickleValue find(String module, String name) {
    return ALLOWED.get(module + "." + name);
  }

  private static void storage(String name, @Nullable DType dtype) {
    ALLOWED.put("torch." + name + "Storage", new StorageType(name + "Storage", dtype));
  }

  private static void opaque(String module, String... names) {
    for (String name : names) {
      ALLOWED.put(module + "." + name, Callable.OPAQUE);
    }
  }
}
