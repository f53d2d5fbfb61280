package sick;

import java.util.concurrent.CountDownLatch;
import org.apache.flink.table.functions.ScalarFunction;

/** Waits for an answer that never comes, from the thousandth record on. */
public class Blocked extends ScalarFunction {
  private transient CountDownLatch answer;
  private long seen;

  public Long eval(Long value) throws InterruptedException {
    if (answer == null) {
      answer = new CountDownLatch(1);
    }
    if (++seen > 1000) {
      answer.await();
    }
    return value;
  }
}
