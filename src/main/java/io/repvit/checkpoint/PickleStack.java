package io.repvit.checkpoint;

import io.repvit.checkpoint.PickleValue.Opaque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stack and the memo of the pickle machine. Values below the last mark cannot be reached. */
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
      throw in.bad("an opcode needs more values than the stack has");
    }
    return values.get(values.size() - 1);
  }

  PickleValue pop() {
    PickleValue top = top();
    values.remove(values.size() - 1);
    return top;
  }

  /** Returns whether no value and no mark remains. */
  boolean isEmpty() {
    return values.isEmpty() && marks.isEmpty();
  }

  /** Removes and returns the last {@code n} values, in order. */
  List<PickleValue> pop(int n) {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (values.size() - floor < n) {
      throw in.bad("an opcode needs more values than the stack has");
    }
    List<PickleValue> last = values.subList(values.size() - n, values.size());
    List<PickleValue> items = List.copyOf(last);
    last.clear();
    return items;
  }

  /** Removes the last mark and removes and returns the values above it, in order. */
  List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw in.bad("an opcode needs a mark, the stack has none");
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
      throw in.bad("the memo has no value " + index);
    }
    push(value);
  }
}
