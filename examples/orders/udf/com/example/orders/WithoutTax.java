package com.example.orders;

import java.util.Map;
import org.apache.flink.table.functions.ScalarFunction;

/** Takes the value-added tax of a country off a price. */
public class WithoutTax extends ScalarFunction {

    /** Percent by country; elsewhere there is none. */
    private static final Map<String, Long> RATES = Map.of("DE", 19L, "FR", 20L, "NL", 21L);

    /** Returns the price without tax, in whole cents, rounded down. */
    public Long eval(Long cents, String country) {
        if (cents == null || country == null) {
            return null;
        }
        return cents * 100 / (100 + RATES.getOrDefault(country, 0L));
    }
}
