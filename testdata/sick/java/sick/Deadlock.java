package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Two locks, taken in one order by even subtasks and in the other by odd ones. */
public class Deadlock extends ScalarFunction {
  private static final Object PRICES = new Object();
  private static final Object STOCK = new Object();
  private transient boolean odd;

  @Override
  public void open(org.apache.flink.table.functions.FunctionContext context) throws Exception {
    odd = context.getTaskInfo().getIndexOfThisSubtask() % 2 == 1;
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
