package org.vemmio.emulator.input;

import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Files that come with a jar, on the class path or the module path.
public final class JarResources {
    private JarResources() {
    }

    /// {@return the resource, opened; empty if there is none}
    ///
    /// It is looked for by the context class loader of the thread, then by the one of this module. The caller closes
    /// it.
    ///
    /// @param name with slashes and none in front, in no package of a module: `META-INF/vemmio/recordings/a.jsonl.gz`
    public static Optional<InputStream> open(String name) {
        return Stream.of(Thread.currentThread().getContextClassLoader(), JarResources.class.getClassLoader())
                .filter(Objects::nonNull).map(loader -> loader.getResourceAsStream(name)).filter(Objects::nonNull)
                .findFirst();
    }
}
