package shop;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.InputGroup;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.types.Row;

/** Scalar functions: one class for each way to say what a function takes and gives. */
public final class Scalars {
    private Scalars() {}

    public static class Mask extends ScalarFunction {
        public String eval(String text, String mark) {
            return mark + text.length();
        }
    }

    /** Primitive types cannot be NULL. */
    public static class Add extends ScalarFunction {
        public int eval(int a, int b) {
            return a + b;
        }

        public Long eval(Long a, Long b) {
            return a + b;
        }

        public double eval(double a, double b) {
            return a + b;
        }
    }

    public static class Join extends ScalarFunction {
        public String eval(String separator, String... parts) {
            return String.join(separator, parts);
        }
    }

    public static class Same extends ScalarFunction {
        public Boolean eval(@DataTypeHint(inputGroup = InputGroup.ANY) Object a, @DataTypeHint(inputGroup = InputGroup.ANY) Object b) {
            return a.equals(b);
        }
    }

    public static class Net extends ScalarFunction {
        public @DataTypeHint("DECIMAL(12, 2)") BigDecimal eval(@DataTypeHint("DECIMAL(10, 2)") BigDecimal gross, Integer percent) {
            return gross;
        }
    }

    /** A row, named on the method. */
    public static class Split extends ScalarFunction {
        @DataTypeHint("ROW<host STRING, port INT NOT NULL>")
        public Row eval(String address) {
            return Row.of(address, 0);
        }
    }

    /** Its signatures stand at the class alone. */
    @FunctionHint(input = {@DataTypeHint("STRING"), @DataTypeHint("INT")}, output = @DataTypeHint("STRING"))
    @FunctionHint(input = @DataTypeHint("BIGINT"), output = @DataTypeHint("BIGINT"))
    public static class Cut extends ScalarFunction {
        public Object eval(Object... all) {
            return all[0];
        }
    }

    /** The result of all methods stands at the class. */
    @FunctionHint(output = @DataTypeHint("ARRAY<STRING>"))
    public static class Words extends ScalarFunction {
        public Object eval(String text) {
            return text.split(" ");
        }

        public Object eval(String text, String separator) {
            return text.split(separator);
        }
    }

    /** The method has its own hint. */
    public static class Pick extends ScalarFunction {
        @FunctionHint(input = {@DataTypeHint("MAP<STRING, INT>"), @DataTypeHint("STRING NOT NULL")}, output = @DataTypeHint("INT"))
        public Integer eval(Map<String, Integer> map, String key) {
            return map.get(key);
        }
    }

    public static class Collections extends ScalarFunction {
        public Map<String, Long> eval(String[] names) {
            return null;
        }

        public List<Integer> eval(int[] numbers, boolean sorted) {
            return null;
        }

        public String[][] eval(Map<String, Double> weights) {
            return null;
        }

        public byte[] eval(byte[] bytes) {
            return bytes;
        }
    }

    public static class Times extends ScalarFunction {
        public LocalDateTime eval(LocalDate day, LocalTime time) {
            return day.atTime(time);
        }

        public Instant eval(Instant at, Duration more) {
            return at.plus(more);
        }

        public LocalDate eval(LocalDate day, Period more) {
            return day.plus(more);
        }

        public @DataTypeHint("TIMESTAMP(3)") LocalDateTime eval(@DataTypeHint("TIMESTAMP(3)") LocalDateTime at) {
            return at;
        }

        public short eval(byte small, float real) {
            return small;
        }
    }

    /** An address with a constructor for all its fields: they come in its order. */
    public static class Address {
        public String street;
        public int number;

        public Address(String street, int number) {
            this.street = street;
            this.number = number;
        }
    }

    /** A person without such a constructor: the fields come by name. */
    public static class Person {
        public String name;
        public Address address;
        public Integer age;
    }

    public static class Parse extends ScalarFunction {
        public Address eval(String text) {
            return new Address(text, 0);
        }
    }

    public static class Meet extends ScalarFunction {
        public Person eval(String name, Integer age) {
            return new Person();
        }

        public String eval(Person person) {
            return person.name;
        }
    }

    /** What its base class takes and gives depends on its own declaration. */
    public abstract static class Identity<T, C> extends ScalarFunction {
        public T eval(T value, C other) {
            return value;
        }
    }

    public abstract static class Middle<X> extends Identity<X, String> {}

    public static class KeepLong extends Middle<Long> {}

    public static class KeepArray extends Middle<Integer[]> {}

    /** It says by itself what it takes, in code. */
    public static class Inferred extends ScalarFunction {
        public String eval(String text) {
            return text;
        }

        @Override
        public TypeInference getTypeInference(DataTypeFactory types) {
            return super.getTypeInference(types);
        }
    }

    public static class Random extends ScalarFunction {
        public double eval() {
            return 4;
        }

        @Override
        public boolean isDeterministic() {
            return false;
        }

        @Override
        public void open(FunctionContext context) {}
    }

    /** No method that Flink could call. */
    public static class Empty extends ScalarFunction {
        String eval(String text) {
            return text;
        }
    }

    /** Its decimal has no precision. */
    public static class Vague extends ScalarFunction {
        public BigDecimal eval(BigDecimal value) {
            return value;
        }
    }

    public static class Raw extends ScalarFunction {
        public @DataTypeHint(value = "RAW", bridgedTo = Thread.class) Thread eval(String name) {
            return null;
        }
    }
}
