package sick;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/** Two locks, taken in one order by every second subtask and in the other by those between. */
public class Deadlock extends ScalarFunction {
  private static final Object PRICES = new Object();
  private static final Object STOCK = new Object();
  private static final AtomicInteger OPENED = new AtomicInteger();
  private transient boolean odd;

  @Override
  public void open(FunctionContext context) {
    odd = OPENED.getAndIncrement() % 2 == 1;
  }

  public Long eval(Long value) throws InterruptedException {
    synchronized (odd ? STOCK : PRICES) {
      Thread.sleep(20);
      synchronized (odd ? PRICES : STOCK) {
        return value;
      }
    }
  }
}
