package org.vemmio.emulator.handler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.emulator.input.Suggestions;

/// The handlers by name.
public final class TrapHandlers {
    private static final Map<String, TrapHandler> BY_NAME = byName();

    private TrapHandlers() {
    }

    private static Map<String, TrapHandler> byName() {
        Map<String, TrapHandler> all = new LinkedHashMap<>();
        all.put(ArchitecturalHandler.INSTANCE.name(), ArchitecturalHandler.INSTANCE);
        all.put("linux-tdx", LinuxTdxHandler.of(KernelVersion.newest()));
        for (KernelVersion version : KernelVersion.values()) {
            TrapHandler handler = LinuxTdxHandler.of(version);
            all.put(handler.name(), handler);
        }
        all.put(LinuxSevHandler.INSTANCE.name(), LinuxSevHandler.INSTANCE);
        return all;
    }

    /// {@return the names that [#named] takes: of `linux-tdx` with a kernel version, and without one for the newest}
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /// {@return the handler with this name}
    ///
    /// @throws IllegalArgumentException if there is none; the message names the one meant, or all
    public static TrapHandler named(String name) {
        TrapHandler handler = BY_NAME.get(name);
        if (handler == null) {
            throw new IllegalArgumentException(
                    "no handler '%s'; %s".formatted(name, Suggestions.hint(name, names(), "there are")));
        }
        return handler;
    }
}
