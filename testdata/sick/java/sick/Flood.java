package sick;

import org.apache.flink.table.functions.ScalarFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each record. */
public class Flood extends ScalarFunction {
  private static final Logger LOG = LoggerFactory.getLogger(Flood.class);

  public Long eval(Long value) {
    LOG.warn("looking at record {} which is quite like all other records that were looked at before it", value);
    return value;
  }
}
