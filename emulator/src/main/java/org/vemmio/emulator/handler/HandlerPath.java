package org.vemmio.emulator.handler;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Jars and folders with providers that are neither on the class path nor on the module path of vemmio.
final class HandlerPath {
    private static final String SERVICE = TrapHandlerProvider.class.getName();

    private final List<Path> entries;

    /// The layer of vemmio, which on the class path is the one of Java's own modules.
    private final ModuleLayer below =
            Objects.requireNonNullElse(HandlerPath.class.getModule().getLayer(), ModuleLayer.boot());

    HandlerPath(List<Path> entries) {
        this.entries = List.copyOf(entries);
    }

    /// Returns the providers of all modules on the path, made in a layer of its own.
    ///
    /// @throws HandlerPathException if there are none, or they cannot be had
    List<TrapHandlerProvider> providers() {
        entries.forEach(HandlerPath::check);
        ModuleFinder finder = ModuleFinder.of(entries.toArray(Path[]::new));
        // What vemmio has itself is not loaded twice.
        List<ModuleReference> found = finder.findAll().stream()
                .filter(module -> below.findModule(module.descriptor().name()).isEmpty()).toList();
        if (found.stream().noneMatch(HandlerPath::provides)) {
            throw wrong(("no %1$s in it; a module has 'provides %2$s with …' in its module-info.java, another jar names"
                    + " its provider in META-INF/services/%2$s")
                            .formatted(TrapHandlerProvider.class.getSimpleName(), SERVICE), null);
        }
        found.forEach(module -> checkRequired(module, finder));
        ModuleLayer layer = layer(finder, found);
        try {
            return ServiceLoader.load(layer, TrapHandlerProvider.class).stream()
                    .filter(provider -> provider.type().getModule().getLayer() == layer)
                    .map(ServiceLoader.Provider::get).toList();
        } catch (ServiceConfigurationError | LinkageError e) {
            throw wrong("a provider cannot be had: " + message(e), e);
        }
    }

    private static void check(Path entry) {
        if (!Files.exists(entry)) {
            throw new HandlerPathException(entry.toString(), "there is no such file", null);
        }
        if (!Files.isDirectory(entry) && !entry.toString().endsWith(".jar")) {
            throw new HandlerPathException(entry.toString(),
                    "neither a jar, whose name ends in .jar, nor a folder of jars or of a module", null);
        }
        try {
            ModuleFinder.of(entry).findAll();
        } catch (FindException e) {
            throw new HandlerPathException(entry.toString(), "not a jar that can be read: " + message(e), e);
        }
    }

    private static boolean provides(ModuleReference module) {
        return module.descriptor().provides().stream().anyMatch(provided -> provided.service().equals(SERVICE));
    }

    private void checkRequired(ModuleReference module, ModuleFinder finder) {
        for (Requires required : module.descriptor().requires()) {
            String name = required.name();
            if (!required.modifiers().contains(Requires.Modifier.STATIC) && finder.find(name).isEmpty()
                    && below.findModule(name).isEmpty()) {
                throw wrong(("the module %s, which %s requires, is neither on the handler path"
                        + " nor one that vemmio runs with").formatted(name, module.descriptor().name()), null);
            }
        }
    }

    private ModuleLayer layer(ModuleFinder finder, List<ModuleReference> found) {
        try {
            Configuration configuration = below.configuration().resolveAndBind(ModuleFinder.of(), finder,
                    found.stream().map(module -> module.descriptor().name()).toList());
            return below.defineModulesWithOneLoader(configuration, HandlerPath.class.getClassLoader());
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw wrong(e);
        }
    }

    /// Returns what is wrong with the path as a whole.
    HandlerPathException wrong(Throwable cause) {
        return wrong(message(cause), cause);
    }

    private HandlerPathException wrong(String problem, @Nullable Throwable cause) {
        return new HandlerPathException(
                entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)), problem, cause);
    }

    /// Returns on one line what was thrown, and what brought it about.
    private static String message(Throwable thrown) {
        boolean told = thrown instanceof ServiceConfigurationError || thrown instanceof FindException
                || thrown instanceof ResolutionException || thrown instanceof LayerInstantiationException;
        String own = told ? String.valueOf(thrown.getMessage()).replace(SERVICE + ": ", "") : thrown.toString();
        String line = own.lines().map(String::strip).collect(Collectors.joining(" "));
        return thrown.getCause() == null ? line : line + ": " + message(thrown.getCause());
    }
}
