package org.vemmio.emulator.handler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.vemmio.emulator.input.Suggestions;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Ladder;

/// Handlers by name. Immutable.
///
/// A name is that of a [TrapHandlerProvider], which stands for its newest handler, or that of one of its handlers, as
/// `linux-tdx` and `linux-tdx-6.1`.
public final class TrapHandlers {
    private final List<TrapHandlerProvider> providers;
    private final Map<String, TrapHandler> byName;

    private TrapHandlers(List<TrapHandlerProvider> providers) {
        this.providers = providers;
        this.byName = byName(providers);
    }

    private static Map<String, TrapHandler> byName(List<TrapHandlerProvider> providers) {
        Map<String, TrapHandler> all = new LinkedHashMap<>();
        for (TrapHandlerProvider provider : providers) {
            Map<String, TrapHandler> own = new LinkedHashMap<>();
            own.put(provider.name(), provider.handlers().getLast());
            provider.handlers().forEach(handler -> own.put(handler.name(), handler));
            own.forEach((name, handler) -> {
                if (all.put(name, handler) != null) {
                    throw new ServiceConfigurationError("two handlers are called '%s', of which one is that of %s"
                            .formatted(name, provider.getClass().getName()));
                }
            });
        }
        return all;
    }

    /// {@return the handlers that come with vemmio, then those of other providers on the class path or module path, by
    /// name}
    ///
    /// @throws ServiceConfigurationError if a provider cannot be had, or two handlers have the same name
    public static TrapHandlers installed() {
        return Installed.HANDLERS;
    }

    /// Found when first asked for.
    private static final class Installed {
        static final TrapHandlers HANDLERS =
                of(ServiceLoader.load(TrapHandlerProvider.class, TrapHandlers.class.getClassLoader()));
    }

    /// {@return the handlers of a module layer and of those below it, in the order of [#installed]}
    ///
    /// @throws ServiceConfigurationError as [#installed]
    public static TrapHandlers in(ModuleLayer layer) {
        return of(ServiceLoader.load(layer, TrapHandlerProvider.class));
    }

    private static TrapHandlers of(ServiceLoader<TrapHandlerProvider> loader) {
        List<TrapHandlerProvider> own = new ArrayList<>();
        List<TrapHandlerProvider> others = new ArrayList<>();
        for (TrapHandlerProvider provider : loader) {
            boolean ours = provider.getClass().getModule() == TrapHandlers.class.getModule()
                    && provider.getClass().getPackageName().startsWith(TrapHandlers.class.getPackageName() + ".");
            (ours ? own : others).add(provider);
        }
        others.sort(Comparator.comparing(TrapHandlerProvider::name));
        own.addAll(others);
        return new TrapHandlers(List.copyOf(own));
    }

    /// {@return the handler with this name, of those that are [#installed]}
    ///
    /// @throws IllegalArgumentException as [#get]
    public static TrapHandler named(String name) {
        return installed().get(name);
    }

    /// {@return who brought the handlers}
    public List<TrapHandlerProvider> providers() {
        return providers;
    }

    /// {@return the names that [#get] takes: of each provider its own, then those of its handlers}
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /// {@return the ladders of all handlers}
    public List<Ladder> ladders() {
        return byName.values().stream().distinct().map(TrapHandler::ladder).toList();
    }

    /// {@return the labels of the checks that are on some of `ladders`, then of those that are common to all handlers,
    /// each once}
    public static List<String> labels(List<Ladder> ladders) {
        return Stream.concat(ladders.stream().flatMap(ladder -> ladder.checks().stream()), CommonChecks.all().stream())
                .map(Check::label).distinct().toList();
    }

    /// {@return the handler with this name}
    ///
    /// @throws IllegalArgumentException if there is none; the message names the one meant, or all
    public TrapHandler get(String name) {
        TrapHandler handler = byName.get(name);
        if (handler == null) {
            throw new IllegalArgumentException(
                    "no handler '%s'; %s".formatted(name, Suggestions.hint(name, names(), "there are")));
        }
        return handler;
    }
}
