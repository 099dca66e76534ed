package io.repvit.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * What Spark asks its cluster for, per executor, beside the heap.
 *
 * @param overheadMiB {@code spark.executor.memoryOverhead}, or what Spark makes of its absence
 * @param directMiB what its JVM allows for memory outside the heap, in which images stand
 * @param slots tasks at a time; 1 where Spark takes all cores of a worker and nobody knows how many
 *     it has
 * @param enforced whether the cluster kills executors that take more
 */
record ExecutorMemory(long overheadMiB, long directMiB, int slots, boolean enforced) {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String JVM_OPTIONS = "spark.executor.extraJavaOptions";
  private static final Pattern DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=(\\w+)");

  /** Of the executors that a configuration leads to; none in local mode, which has none. */
  static Optional<ExecutorMemory> of(SparkConf conf) {
    String master = conf.get("spark.master", "local");
    if (master.equals("local") || master.startsWith("local[")) {
      return Optional.empty();
    }
    int slots = conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1);
    boolean enforced = master.equals("yarn") || master.startsWith("k8s://");
    return Optional.of(
        new ExecutorMemory(overhead(conf), direct(conf), Math.max(1, slots), enforced));
  }

  /** As Spark's own ResourceProfile does. */
  private static long overhead(SparkConf conf) {
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m");
    return conf.contains(OVERHEAD)
        ? conf.getSizeAsMb(OVERHEAD)
        : Math.max((long) (factor * heap(conf)), least);
  }

  private static long heap(SparkConf conf) {
    return conf.getSizeAsMb("spark.executor.memory", "1g");
  }

  /** As much as the heap, where no option says otherwise. */
  private static long direct(SparkConf conf) {
    Matcher set = DIRECT.matcher(conf.get(JVM_OPTIONS, ""));
    return set.find()
        ? new SparkConf(false).set(JVM_OPTIONS, set.group(1)).getSizeAsBytes(JVM_OPTIONS) >> 20
        : heap(conf);
  }

  /** A warning, where the JVM would refuse large images their memory whatever the cluster gives. */
  Optional<String> checkDirect(NativeMemory need) {
    return directMiB >= need.direct()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "images of max-image-pixels in %d task slots and one left behind take %d MiB, executors' JVMs allow %d MiB outside their heap; add -XX:MaxDirectMemorySize=%dm to %s, or lower max-image-pixels",
                slots,
                need.direct(),
                directMiB,
                need.direct(),
                JVM_OPTIONS));
  }

  /**
   * Compares with what executors will need.
   *
   * @return a warning, where the cluster does not enforce it or only large images need more
   * @throws SettingsException if the cluster would kill the executors whatever the images
   */
  Optional<String> check(NativeMemory need) throws SettingsException {
    if (overheadMiB >= need.most()) {
      return Optional.empty();
    }
    String found =
        String.format(
            Locale.ROOT,
            "executors with %d task slots take %d MiB beside their heap, and up to %d MiB with images of max-image-pixels; %s is %d MiB",
            slots,
            need.least(),
            need.most(),
            OVERHEAD,
            overheadMiB);
    String remedy =
        String.format(
            Locale.ROOT,
            "--conf %s=%dm, or lower max-image-pixels or batch",
            OVERHEAD,
            need.most());
    if (enforced && overheadMiB < need.least()) {
      throw new SettingsException(found + ": the cluster would kill them; set at least " + remedy);
    }
    return Optional.of(
        enforced
            ? found + ": the cluster may kill them; set " + remedy
            : found + ": this cluster does not enforce it; leave so much room on its machines");
  }
}
