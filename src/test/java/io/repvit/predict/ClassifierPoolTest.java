package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.testing.TinyModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClassifierPoolTest {
  private static final ModelFile ONE = TinyModels.colours(1);
  private static final ModelFile TWO = TinyModels.colours(2);
  private static final ModelFile BROKEN = ModelFile.of("broken.onnx", new byte[] {1, 2, 3});

  private final ClassifierPool pool = new ClassifierPool();

  @AfterEach
  void everySessionCanBeClosed() {
    assertEquals(0, pool.acquired());
    pool.closeIdle();
    assertEquals(0, pool.open());
  }

  @Test
  void handlesOfOneModelShareItsSessionAndNotTheirBatches() throws ModelException {
    try (var a = pool.acquire(ONE, 1, 2);
        var b = pool.acquire(ONE, 1, 2)) {
      assertSame(a.session(), b.session());
      assertNotSame(a.batch(), b.batch());
      assertEquals(1, pool.open());
      assertEquals(2, pool.acquired());
    }
    assertEquals(1, pool.open());
  }

  @Test
  void theSameModelReadAgainIsTheSameModel() throws ModelException {
    var again = ModelFile.of("another-name.onnx", ONE.bytes().clone());
    try (var a = pool.acquire(ONE, 1, 2);
        var b = pool.acquire(again, 1, 2)) {
      assertSame(a.session(), b.session());
    }
  }

  @Test
  void aReturnedBatchIsUsedAgain() throws ModelException {
    ImageBatch first;
    try (var handle = pool.acquire(ONE, 1, 2)) {
      first = handle.batch();
    }
    try (var again = pool.acquire(ONE, 1, 2);
        var another = pool.acquire(ONE, 1, 2)) {
      assertSame(first, again.batch());
      assertNotSame(first, another.batch());
    }
  }

  @Test
  void idleSessionsOfSeveralModelsStayOpen() throws ModelException {
    for (int turn = 0; turn < 2; turn++) {
      for (ModelFile model : List.of(ONE, TWO)) {
        pool.acquire(model, 1, 2).close();
      }
    }
    assertEquals(2, pool.open());
  }

  @Test
  void theSessionThatIsIdleLongestMakesWayForAnotherModel() throws ModelException {
    ClassifierPool.SessionHandle first = pool.acquire(ONE, 1, 1);
    ClassifierPool.SessionHandle second = pool.acquire(ONE, 1, 2);
    first.close();
    second.close();
    for (int batch = 3; batch <= ClassifierPool.MOST_IDLE; batch++) {
      pool.acquire(ONE, 1, batch).close();
    }
    try (var again = pool.acquire(ONE, 1, 1)) {
      assertSame(first.session(), again.session());
    }
    assertEquals(ClassifierPool.MOST_IDLE, pool.open());
    try (var handle = pool.acquire(TWO, 1, 2)) {
      assertEquals(ClassifierPool.MOST_IDLE, pool.open());
      handle.session().run(handle.batch());
    }
    // ONNX Runtime refuses a closed session: it was not only forgotten.
    assertThrows(IllegalStateException.class, () -> second.session().run(second.batch()));
  }

  @Test
  void ofManySessionsInUseOnlySomeStayOpenIdle() throws ModelException {
    var handles = new ArrayList<ClassifierPool.SessionHandle>();
    for (int batch = 1; batch <= ClassifierPool.MOST_IDLE + 2; batch++) {
      handles.add(pool.acquire(ONE, 1, batch));
    }
    assertEquals(ClassifierPool.MOST_IDLE + 2, pool.open());
    handles.forEach(ClassifierPool.SessionHandle::close);
    assertEquals(ClassifierPool.MOST_IDLE, pool.open());
  }

  @Test
  void anAcquiredSessionStaysOpenBesideAnotherModel() throws ModelException {
    try (var one = pool.acquire(ONE, 1, 2)) {
      try (var two = pool.acquire(TWO, 1, 2)) {
        assertEquals(2, pool.open());
        one.session().run(one.batch());
        two.session().run(two.batch());
      }
      pool.closeIdle();
      assertEquals(1, pool.open());
      one.session().run(one.batch());
    }
  }

  @Test
  void aSessionInUseAtShutdownIsClosedWithItsLastHandle() throws ModelException {
    ClassifierPool.SessionHandle first = pool.acquire(ONE, 1, 2);
    ClassifierPool.SessionHandle last = pool.acquire(ONE, 1, 2);
    pool.shutdown();
    assertThrows(IllegalStateException.class, () -> pool.acquire(ONE, 1, 2));
    first.close();
    last.session().run(last.batch());
    last.close();
    assertEquals(0, pool.open());
    assertThrows(IllegalStateException.class, () -> last.session().run(last.batch()));
  }

  @Test
  void batchSizesAndThreadsHaveSessionsOfTheirOwn() throws ModelException {
    try (var a = pool.acquire(ONE, 1, 2);
        var b = pool.acquire(ONE, 1, 3);
        var c = pool.acquire(ONE, 2, 2)) {
      assertEquals(2, a.batch().size());
      assertEquals(3, b.batch().size());
      assertNotSame(a.session(), c.session());
    }
  }

  @Test
  void aHandleClosedTwiceCountsOnce() throws ModelException {
    try (var other = pool.acquire(ONE, 1, 2)) {
      ClassifierPool.SessionHandle handle = pool.acquire(ONE, 1, 2);
      handle.close();
      handle.close();
      assertEquals(1, pool.acquired());
      try (var a = pool.acquire(ONE, 1, 2);
          var b = pool.acquire(ONE, 1, 2)) {
        assertNotSame(a.batch(), b.batch(), "one batch for two tasks");
        assertNotSame(other.batch(), a.batch());
      }
    }
  }

  @Test
  void aModelThatDoesNotOpenLeavesThePoolUsable() throws ModelException {
    var e = assertThrows(ModelException.class, () -> pool.acquire(BROKEN, 1, 2));
    assertTrue(String.valueOf(e.getMessage()).startsWith("broken.onnx: "), e.getMessage());
    assertEquals(0, pool.open());
    try (var handle = pool.acquire(ONE, 1, 2)) {
      handle.session().run(handle.batch());
    }
  }

  @Test
  void aBatchThatIsRefusedLeavesNoHandle() throws ModelException {
    assertThrows(IllegalArgumentException.class, () -> pool.acquire(ONE, 1, 0));
    assertEquals(0, pool.acquired());
    try (var handle = pool.acquire(ONE, 1, 1)) {
      assertEquals(1, pool.acquired());
      assertEquals(1, handle.batch().size());
    }
  }
}
