package sick;

import java.util.concurrent.CountDownLatch;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;

/** Waits in open() for a configuration that never comes. */
public class Hang extends ScalarFunction {
  @Override
  public void open(FunctionContext context) throws InterruptedException {
    new CountDownLatch(1).await();
  }

  public Long eval(Long value) {
    return value;
  }
}
