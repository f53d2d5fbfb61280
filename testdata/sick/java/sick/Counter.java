package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** A client that all subtasks of a process share, and that takes one call at a time. */
public class Counter extends ScalarFunction {
  private static final Object CLIENT = new Object();

  public Long eval(Long value) throws InterruptedException {
    return count(CLIENT, value);
  }

  static Long count(Object client, Long value) throws InterruptedException {
    synchronized (client) {
      Thread.sleep(2);
      return value;
    }
  }
}
