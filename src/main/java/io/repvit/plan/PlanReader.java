package io.repvit.plan;

import static org.apache.parquet.filter2.predicate.FilterApi.and;
import static org.apache.parquet.filter2.predicate.FilterApi.gtEq;
import static org.apache.parquet.filter2.predicate.FilterApi.longColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.ltEq;

import io.repvit.source.SourceObject;
import io.repvit.storage.HadoopDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.jspecify.annotations.Nullable;

/** Reads the objects of blocks of a plan. It reads only the row groups that contain a block. */
final class PlanReader implements Iterator<SourceObject>, AutoCloseable {
  private final Iterator<PlanBlock> blocks;
  private final Configuration configuration;
  private @Nullable ParquetReader<Group> open;
  private @Nullable Group next;

  PlanReader(List<PlanBlock> blocks, Configuration configuration) {
    this.blocks = blocks.iterator();
    this.configuration = configuration;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && (open != null || blocks.hasNext())) {
        ParquetReader<Group> reader = open == null ? open(blocks.next()) : open;
        next = reader.read();
        if (next == null) {
          close();
        }
      }
      return next != null;
    } catch (IOException e) {
      throw new UncheckedIOException("the plan of the run cannot be read", e);
    }
  }

  private ParquetReader<Group> open(PlanBlock block) throws IOException {
    HadoopDefaults.load();
    var position = longColumn(PlanData.POSITION);
    open =
        ParquetReader.builder(new GroupReadSupport(), new Path(block.file()))
            .withConf(configuration)
            .withFilter(
                FilterCompat.get(and(gtEq(position, block.first()), ltEq(position, block.last()))))
            .usePageChecksumVerification()
            .build();
    return open;
  }

  @Override
  public SourceObject next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Group row = next;
    next = null;
    Map<String, String> carried = new HashMap<>();
    Group columns = row.getGroup(PlanData.CARRIED, 0);
    for (int i = 0; i < columns.getFieldRepetitionCount(0); i++) {
      Group column = columns.getGroup(0, i);
      carried.put(column.getString("key", 0), column.getString("value", 0));
    }
    return new SourceObject(
        row.getString(PlanData.PATH, 0),
        number(row, PlanData.LENGTH),
        number(row, PlanData.MODIFIED_AT),
        text(row, PlanData.ETAG),
        carried,
        fault(row));
  }

  private static SourceObject.@Nullable Fault fault(Group row) {
    String code = text(row, PlanData.FAULT);
    return code == null
        ? null
        : new SourceObject.Fault(code, row.getString(PlanData.FAULT_MESSAGE, 0));
  }

  private static @Nullable String text(Group row, String column) {
    return row.getFieldRepetitionCount(column) == 0 ? null : row.getString(column, 0);
  }

  private static long number(Group row, String column) {
    return row.getFieldRepetitionCount(column) == 0 ? SourceObject.UNKNOWN : row.getLong(column, 0);
  }

  @Override
  public void close() {
    ParquetReader<Group> reader = open;
    open = null;
    try {
      if (reader != null) {
        reader.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the plan of the run cannot be closed", e);
    }
  }
}
