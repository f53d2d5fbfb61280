package step;

import org.apache.flink.table.functions.ScalarFunction;

/** A function in a jar of its own: jar jobs call it from their code, SQL jobs by CREATE FUNCTION. */
public class Step extends ScalarFunction {
    public Long eval(Long n) {
        return next(n);
    }

    public static Long next(Long n) {
        return n == null ? null : n + 1;
    }
}
