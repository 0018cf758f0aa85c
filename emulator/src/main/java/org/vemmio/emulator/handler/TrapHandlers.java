package org.vemmio.emulator.handler;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.regex.Pattern;
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
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9.-]*");

    private final List<TrapHandlerProvider> providers;
    private final Map<String, TrapHandler> byName;

    private TrapHandlers(List<TrapHandlerProvider> providers) {
        this.providers = providers;
        this.byName = byName(providers);
    }

    private static Map<String, TrapHandler> byName(List<TrapHandlerProvider> providers) {
        Map<String, TrapHandler> all = new LinkedHashMap<>();
        for (TrapHandlerProvider provider : providers) {
            ask(provider, TrapHandlers::own).forEach((name, handler) -> {
                if (all.put(name, handler) != null) {
                    throw twice(name, provider);
                }
            });
        }
        return all;
    }

    private static Map<String, TrapHandler> own(TrapHandlerProvider provider) {
        List<TrapHandler> handlers = provider.handlers();
        if (handlers.isEmpty()) {
            throw new ServiceConfigurationError("the provider %s brings no handler"
                    .formatted(provider.getClass().getName()));
        }
        Map<String, TrapHandler> own = new LinkedHashMap<>();
        own.put(checked(provider.name(), provider), handlers.getLast());
        for (TrapHandler handler : handlers) {
            if (!handler.name().equals(handler.ladder().handler())) {
                throw new ServiceConfigurationError("the provider %s gives a handler '%s' with the ladder of '%s'"
                        .formatted(provider.getClass().getName(), handler.name(), handler.ladder().handler()));
            }
            TrapHandler other = own.put(checked(handler.name(), provider), handler);
            if (other != null && other != handler) {
                throw twice(handler.name(), provider);
            }
        }
        return own;
    }

    /// Asks a provider, which may be anyone's and throw anything.
    private static <T> T ask(TrapHandlerProvider provider, Function<TrapHandlerProvider, T> question) {
        try {
            return Objects.requireNonNull(question.apply(provider));
        } catch (RuntimeException | LinkageError e) {
            throw new ServiceConfigurationError("the provider %s fails".formatted(provider.getClass().getName()), e);
        }
    }

    private static String checked(String name, TrapHandlerProvider provider) {
        if (!NAME.matcher(name).matches()) {
            throw new ServiceConfigurationError(("the provider %s gives the name '%s'; a name has lower-case letters,"
                    + " digits, '.' and '-', and begins with a letter").formatted(provider.getClass().getName(), name));
        }
        return name;
    }

    private static ServiceConfigurationError twice(String name, TrapHandlerProvider provider) {
        return new ServiceConfigurationError("two handlers are called '%s', of which one is that of %s"
                .formatted(name, provider.getClass().getName()));
    }

    /// {@return the handlers that come with vemmio, then those of other providers on the class path or module path, by
    /// name}
    ///
    /// @throws ServiceConfigurationError if a provider cannot be had or brings no handler, or if a name is ill-formed
    ///     or that of another handler
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

    /// {@return the handlers that are [#installed], then those of modules on a path, by name}
    ///
    /// An empty path adds none.
    /// The modules are those in jars and in folders, which hold jars or are a module; a jar without a `module-info` is
    /// an automatic module. They are loaded anew at each call, in a layer over that of vemmio, with one class loader;
    /// what they require is on the path, or one of the modules that vemmio runs with: of Java too, those alone. Where
    /// vemmio is on the class path, a module that requires it cannot be had so; put that on the class path instead.
    ///
    /// @throws HandlerPathException if a file is missing or no jar, there is no provider, one cannot be had or brings
    ///     no handler, or a name is ill-formed or that of another handler
    public static TrapHandlers on(List<Path> handlerPath) {
        if (handlerPath.isEmpty()) {
            return installed();
        }
        HandlerPath path = new HandlerPath(handlerPath);
        List<TrapHandlerProvider> added = path.providers();
        try {
            return of(installed().providers, added);
        } catch (ServiceConfigurationError e) {
            throw path.wrong(e);
        }
    }

    private static TrapHandlers of(ServiceLoader<TrapHandlerProvider> loader) {
        List<TrapHandlerProvider> own = new ArrayList<>();
        List<TrapHandlerProvider> others = new ArrayList<>();
        for (TrapHandlerProvider provider : loader) {
            boolean ours = provider.getClass().getModule() == TrapHandlers.class.getModule()
                    && provider.getClass().getPackageName().startsWith(TrapHandlers.class.getPackageName() + ".");
            (ours ? own : others).add(provider);
        }
        return of(own, others);
    }

    private static TrapHandlers of(List<TrapHandlerProvider> first, List<TrapHandlerProvider> others) {
        List<TrapHandlerProvider> all = new ArrayList<>(first);
        others.stream().sorted(Comparator.comparing(provider -> ask(provider, TrapHandlerProvider::name)))
                .forEach(all::add);
        return new TrapHandlers(List.copyOf(all));
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
