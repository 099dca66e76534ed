package io.repvit.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.service.Service;
import org.apache.hadoop.yarn.conf.YarnConfiguration;

/**
 * YARN and HDFS on this machine for a child JVM: a resource manager, a node manager, a name node
 * and a data node, of Hadoop's own test jar. The jar is on the class path of the child only, so its
 * classes are found by their names.
 */
public final class MiniYarn {
  /** Written last, into the folder for {@code HADOOP_CONF_DIR}. */
  public static final String SITE = "yarn-site.xml";

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          // The node kills containers that take more memory than they have asked for.
          Map.entry("yarn.minicluster.control-resource-monitoring", "true"),
          Map.entry("yarn.nodemanager.pmem-check-enabled", "true"),
          Map.entry("yarn.nodemanager.vmem-check-enabled", "false"),
          Map.entry("yarn.nodemanager.container-monitor.interval-ms", "500"),
          // Containers are as large as asked for, to the MiB.
          Map.entry("yarn.scheduler.minimum-allocation-mb", "1"),
          Map.entry("yarn.minicluster.yarn.nodemanager.resource.memory-mb", "6144"),
          Map.entry("yarn.log-aggregation-enable", "true"),
          Map.entry("yarn.nodemanager.remote-app-log-dir", "/logs"),
          Map.entry(
              "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage",
              "100"),
          // The jar has no capacity-scheduler.xml.
          Map.entry("yarn.scheduler.capacity.root.queues", "default"),
          Map.entry("yarn.scheduler.capacity.root.default.capacity", "100"),
          Map.entry("yarn.scheduler.capacity.root.default.maximum-capacity", "100"),
          Map.entry("yarn.scheduler.capacity.maximum-am-resource-percent", "0.9"));

  private MiniYarn() {}

  /**
   * Starts both and writes what clients need to know.
   *
   * @param args a folder for the files of the cluster, and one for the configuration of clients
   */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path clients = Files.createDirectories(Path.of(args[1]));
    var conf = new YarnConfiguration();
    SETTINGS.forEach(conf::set);
    conf.set("hadoop.tmp.dir", folder.toString());
    startHdfs(conf, folder.resolve("dfs").toFile());
    Configuration started = startYarn(conf);

    var core = new Configuration(false);
    core.set("fs.defaultFS", started.get("fs.defaultFS"));
    write(core, clients.resolve("core-site.xml"));
    var defaults = new YarnConfiguration();
    var site = new Configuration(false);
    for (Map.Entry<String, String> property : started) {
      // Others name classes that only the jar of the cluster has.
      if (property.getKey().startsWith("yarn.")
          && !property.getValue().equals(defaults.getRaw(property.getKey()))) {
        site.set(property.getKey(), property.getValue());
      }
    }
    write(site, clients.resolve(SITE));
  }

  /** Sets {@code fs.defaultFS}, too. */
  private static void startHdfs(Configuration conf, File folder)
      throws ReflectiveOperationException {
    Class<?> builder = Class.forName("org.apache.hadoop.hdfs.MiniDFSCluster$Builder");
    Object hdfs = builder.getConstructor(Configuration.class, File.class).newInstance(conf, folder);
    builder.getMethod("build").invoke(hdfs);
  }

  private static Configuration startYarn(Configuration conf) throws Exception {
    var yarn =
        (Service)
            Class.forName("org.apache.hadoop.yarn.server.MiniYARNCluster")
                .getConstructor(String.class, int.class, int.class, int.class)
                .newInstance("yarn", 1, 1, 1);
    yarn.init(conf);
    yarn.start();
    Configuration started = yarn.getConfig();
    Await.until(
        "the resource manager has a port",
        () -> !started.get(YarnConfiguration.RM_ADDRESS).endsWith(":0"));
    return started;
  }

  private static void write(Configuration conf, Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(part)) {
      conf.writeXml(out);
    }
    Files.move(part, file);
  }
}
