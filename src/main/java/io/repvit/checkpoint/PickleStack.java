package io.repvit.checkpoint;

import io.repvit.checkpoint.PickleValue.Opaque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack and the memo of one pickle. Nothing below the last mark can be reached. */
final class PickleStack {
  private final PickleInput in;
  private final ArrayList<PickleValue> values = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();

  /**
   * @param in for messages
   */
  PickleStack(PickleInput in) {
    this.in = in;
  }

  void push(PickleValue value) {
    values.add(value);
  }

  void pushOpaque() {
    push(Opaque.INSTANCE);
  }

  void mark() {
    marks.add(values.size());
  }

  PickleValue top() {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (values.size() == floor) {
      throw in.bad("an instruction finds too few values");
    }
    return values.get(values.size() - 1);
  }

  PickleValue pop() {
    PickleValue top = top();
    values.remove(values.size() - 1);
    return top;
  }

  void drop(int n) {
    for (int i = 0; i < n; i++) {
      pop();
    }
  }

  /** Whether nothing is left, not even a mark. */
  boolean isEmpty() {
    return values.isEmpty() && marks.isEmpty();
  }

  /** The last {@code n} values, in order, taken off. */
  List<PickleValue> pop(int n) {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (values.size() - floor < n) {
      throw in.bad("an instruction finds too few values");
    }
    List<PickleValue> last = values.subList(values.size() - n, values.size());
    List<PickleValue> items = List.copyOf(last);
    last.clear();
    return items;
  }

  /** The values since the last mark, in order, taken off with the mark. */
  List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw in.bad("a mark is missing");
    }
    List<PickleValue> items = pop(values.size() - marks.get(marks.size() - 1));
    marks.remove(marks.size() - 1);
    return items;
  }

  void memoise(long index) {
    memo.put(index, top());
  }

  void memoiseNext() {
    memoise(memo.size());
  }

  void recall(long index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw in.bad("value " + index + " of the memo was never put there");
    }
    push(value);
  }
}
