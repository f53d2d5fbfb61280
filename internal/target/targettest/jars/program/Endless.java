package program;

import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job that runs until it is cancelled, or whose main method fails when its argument is fail. */
public class Endless {
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("fail")) {
            throw new IllegalStateException("told to fail");
        }
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.fromSequence(0, Long.MAX_VALUE).map(new Slowly()).print();
        env.execute();
    }

    private static class Slowly implements MapFunction<Long, Long> {
        @Override
        public Long map(Long n) throws Exception {
            Thread.sleep(200);
            return step.Step.next(n);
        }
    }
}
