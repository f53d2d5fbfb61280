package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** The two locks of Deadlock, taken in one order by all. */
public class Ordered extends ScalarFunction {
  private static final Object PRICES = new Object();
  private static final Object STOCK = new Object();

  public Long eval(Long value) {
    synchronized (PRICES) {
      synchronized (STOCK) {
        return value;
      }
    }
  }
}
