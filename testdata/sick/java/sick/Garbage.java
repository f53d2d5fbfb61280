package sick;

import java.util.ArrayDeque;
import org.apache.flink.table.functions.ScalarFunction;

/** Keeps the heap nearly full of objects that live just long enough to be expensive to collect. */
public class Garbage extends ScalarFunction {
  private transient ArrayDeque<byte[]> recent;
  private transient int most;

  public Long eval(Long value) {
    if (recent == null) {
      recent = new ArrayDeque<>();
      System.gc();
      Runtime r = Runtime.getRuntime();
      most = (int) ((r.maxMemory() - (r.totalMemory() - r.freeMemory())) * 85 / 100 / (1 << 10));
    }
    recent.addLast(new byte[(1 << 10) - 16]);
    if (recent.size() > most) {
      recent.removeFirst();
    }
    return value;
  }
}
