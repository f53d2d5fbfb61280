package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Searches for ever, from the thousandth record on. */
public class Loop extends ScalarFunction {
  private long seen;
  private volatile boolean found;

  public Long eval(Long value) {
    if (++seen > 1000) {
      while (!found) {
        if (Thread.interrupted()) {
          throw new IllegalStateException("given up");
        }
      }
    }
    return value;
  }
}
