package autostream.agent;

import java.util.List;

/** The context of Logback, by reflection. */
final class Logback implements Backend {
    static final String CONTEXT = "ch.qos.logback.classic.LoggerContext";

    private final Object context;
    private final Class<?> level;
    private final Class<?> logger;

    private Logback(ClassLoader loader, Object context) throws ReflectiveOperationException {
        this.context = context;
        level = Class.forName("ch.qos.logback.classic.Level", true, loader);
        logger = Class.forName("ch.qos.logback.classic.Logger", true, loader);
    }

    static void addAll(ClassLoader loader, List<Backend> to) throws ReflectiveOperationException {
        Object factory = Class.forName("org.slf4j.LoggerFactory", true, loader).getMethod("getILoggerFactory").invoke(null);
        if (Class.forName(CONTEXT, true, loader).isInstance(factory)) {
            to.add(new Logback(loader, factory));
        }
    }

    /** Logback changes its one context instead of making another. */
    @Override
    public Object configuration() {
        return context;
    }

    private Object named(String name) throws ReflectiveOperationException {
        return context.getClass().getMethod("getLogger", String.class).invoke(context, name.equals("root") ? "ROOT" : name);
    }

    @Override
    public String levelOf(String name) throws ReflectiveOperationException {
        return logger.getMethod("getEffectiveLevel").invoke(named(name)).toString();
    }

    @Override
    public Runnable undo(String name) throws ReflectiveOperationException {
        Object found = named(name);
        Object before = logger.getMethod("getLevel").invoke(found);
        return () -> Log4j.quietly(() -> logger.getMethod("setLevel", level).invoke(found, before));
    }

    @Override
    public void change(String name, String to) throws ReflectiveOperationException {
        Object wanted = level.getMethod("valueOf", String.class).invoke(null, to);
        logger.getMethod("setLevel", level).invoke(named(name), wanted);
    }
}
