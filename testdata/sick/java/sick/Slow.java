package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** A call to a system that takes a while, such as a lookup without a cache. */
public class Slow extends ScalarFunction {
  public Long eval(Long value, Integer millis) throws InterruptedException {
    Thread.sleep(millis);
    return value;
  }
}
