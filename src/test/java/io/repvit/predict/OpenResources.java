package io.repvit.predict;

import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.bytedeco.javacpp.Pointer;

/** What whole-job tests may ask of this JVM's native and thread resources. */
public final class OpenResources {
  /** A line of a class histogram: number, instances, bytes, class, module. */
  private static final Pattern INSTANCES =
      Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+)(?: \\(.*\\))?");

  private OpenResources() {}

  /** Session handles that no task has closed. */
  public static int handles() {
    return ClassifierPool.SHARED.acquired();
  }

  /** Sessions, of which one stays for the next task. */
  static int sessions() {
    return ClassifierPool.SHARED.open();
  }

  /** Threads that fetch objects ahead. */
  public static long fetchThreads() {
    return threads("repvit-fetch");
  }

  /** Threads that decode what may take long. */
  static long decodeThreads() {
    return threads("repvit-decode");
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals(name))
        .count();
  }

  /** Native objects of OpenCV that nobody has freed, with those that its classes keep. */
  static long matrices() {
    new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF).close(); // loads them
    return Pointer.totalCount();
  }

  /** Files below a folder that this process has open, as the kernel knows them. */
  static long files(Path folder) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(d -> target(d).startsWith(folder + "/")).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  /**
   * Instances that are reachable, by the class's simple name, as a collection of all heap finds.
   */
  static Map<String, Long> reachable(Class<?>... classes) throws JMException {
    var names = Stream.of(classes).collect(Collectors.toMap(Class::getName, Class::getSimpleName));
    var found = new TreeMap<String, Long>();
    names.values().forEach(name -> found.put(name, 0L));
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    for (String line : histogram.toString().split("\n")) {
      var matcher = INSTANCES.matcher(line);
      String name = matcher.matches() ? names.get(matcher.group(2)) : null;
      if (name != null) {
        found.put(name, Long.parseLong(matcher.group(1)));
      }
    }
    return found;
  }
}
