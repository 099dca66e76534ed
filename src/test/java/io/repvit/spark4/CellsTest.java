package io.repvit.spark4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class CellsTest {
  private static final StructType STRUCT =
      new StructType().add("label", "string").add("score", "float");

  private static final StructType SCHEMA =
      new StructType()
          .add("text", "string")
          .add("nothing", "string")
          .add("number", "int")
          .add("length", "bigint")
          .add("score", "float")
          .add("exact", "double")
          .add("time", "timestamp")
          .add("top", DataTypes.createArrayType(STRUCT))
          .add("carried", "map<string,string>");

  @Test
  void rowsEqualThoseOfSparksOwnConverter() {
    var map = new TreeMap<String, String>();
    map.put("b", "é");
    map.put("a", "");
    var row =
        RowFactory.create(
            "café",
            null,
            7,
            1L << 40,
            0.5f,
            0.1,
            Instant.parse("1969-12-31T23:59:59.123456789Z"),
            List.of(RowFactory.create("x", 0.25f), RowFactory.create("y", 0.125f)),
            map);
    var expected =
        (InternalRow) CatalystTypeConverters.createToCatalystConverter(SCHEMA).apply(row);
    InternalRow found = Cells.row(row);
    assertEquals(expected.toSeq(SCHEMA).take(7), found.toSeq(SCHEMA).take(7));
    assertEquals(expected.getArray(7), found.getArray(7));
    assertEquals(expected.getMap(8).keyArray(), found.getMap(8).keyArray());
    assertEquals(expected.getMap(8).valueArray(), found.getMap(8).valueArray());
  }

  @Test
  void floatsStayAnArrayOfFloats() {
    float[] floats = {1, Float.NaN, -0f};
    ArrayData array = Cells.row(RowFactory.create((Object) floats)).getArray(0);
    assertArrayEquals(floats, array.toFloatArray());
  }

  @Test
  void timesBeyondTheLastMicrosecondAreTheLast() {
    var row = RowFactory.create(Instant.MAX, Instant.ofEpochMilli(Long.MAX_VALUE));
    assertEquals(Long.MAX_VALUE, Cells.row(row).getLong(0));
    assertEquals(Long.MAX_VALUE, Cells.row(row).getLong(1));
  }

  @Test
  void aValueOfAnotherClassIsRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Cells.row(RowFactory.create(BigDecimal.ONE)));
    assertTrue(String.valueOf(e.getMessage()).contains("java.math.BigDecimal"), e.getMessage());
  }
}
