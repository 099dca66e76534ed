package io.repvit.testing;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another main class in a child JVM and halts as soon as standard input ends.
 *
 * <p>The operating system closes the parent's end of that pipe however the parent dies, {@code kill
 * -9} included, which no shutdown hook can promise.
 */
public final class ExitWithParent {
  private ExitWithParent() {}

  /**
   * @param args the main class, then its own arguments
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread watch = new Thread(ExitWithParent::haltWhenStandardInputEnds, "exit-with-parent");
    watch.setDaemon(true);
    watch.start();
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
  }

  private static void haltWhenStandardInputEnds() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever written; only the end matters.
      }
    } catch (IOException closed) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(0);
  }
}
