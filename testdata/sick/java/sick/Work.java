package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Takes so many microseconds of a processor. */
public class Work extends ScalarFunction {
  public Long eval(Long value, Integer micros) {
    long end = System.nanoTime() + micros * 1000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return value;
  }
}
