package sick;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.table.functions.ScalarFunction;

/** Waits for an answer, but not for long, and not again when it did not come. */
public class Limited extends ScalarFunction {
  private transient CountDownLatch answer;
  private boolean gaveUp;

  public Long eval(Long value) throws InterruptedException {
    if (answer == null) {
      answer = new CountDownLatch(1);
    }
    gaveUp = gaveUp || !answer.await(10, TimeUnit.MILLISECONDS);
    return value;
  }
}
