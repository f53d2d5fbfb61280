package sick;

import org.apache.flink.table.functions.ScalarFunction;

/** Counter with a client for each subtask. */
public class OwnCounter extends ScalarFunction {
  private transient Object client;

  public Long eval(Long value) throws InterruptedException {
    if (client == null) {
      client = new Object();
    }
    return Counter.count(client, value);
  }
}
