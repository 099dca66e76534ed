package io.repvit.run;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.source.ObjectListing;
import io.repvit.source.ObjectSource;
import io.repvit.source.SourceObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;

/**
 * Draws a random sample of the objects of an input, in random order; it is the same on every call.
 */
public final class ObjectSample {
  private static final Comparator<Drawn> LOTS =
      Comparator.comparingLong(Drawn::lot).thenComparing(d -> d.object().path());

  private ObjectSample() {}

  private record Drawn(SourceObject object, long lot) {
    /** Draws a number that depends on the path only. */
    static Drawn of(SourceObject object) {
      return new Drawn(object, new SplittableRandom(object.path().hashCode()).nextLong());
    }
  }

  /**
   * Lists the inputs and keeps a sample. Only the sample is held in memory.
   *
   * @param inputs URIs of folders or single objects, or globs of them
   * @param most maximum size of the sample, at least 1
   * @throws UserException when an input is malformed, missing or unreadable
   */
  public static List<SourceObject> of(List<String> inputs, int most, Configuration configuration)
      throws UserException {
    var kept = new PriorityQueue<Drawn>(LOTS.reversed());
    List<ObjectSource> all = ObjectListing.of(inputs, configuration);
    Deque<ObjectSource> sources = new ArrayDeque<>(all);
    while (!sources.isEmpty()) {
      List<ObjectSource> further =
          sources
              .pop()
              .list(
                  new ObjectSource.Sink() {
                    @Override
                    public void accept(SourceObject object) {
                      kept.add(Drawn.of(object));
                      if (kept.size() > most) {
                        kept.poll();
                      }
                    }

                    @Override
                    public void leaveOut(LeftOut.Rule rule, long names) {}
                  });
      further.forEach(sources::push);
    }
    for (ObjectSource source : all) {
      source.end();
    }
    var drawn = new ArrayList<>(kept);
    drawn.sort(LOTS);
    return drawn.stream().map(Drawn::object).toList();
  }
}
