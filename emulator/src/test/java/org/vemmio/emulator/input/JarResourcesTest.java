package org.vemmio.emulator.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JarResourcesTest {
    private static final String THERE = "META-INF/vemmio/scenarios/mmio-refused-instruction.yaml";

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @AfterEach
    void putBack() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /// Knows one name, or nothing.
    private static ClassLoader knowing(String known) {
        return new ClassLoader(null) {
            @Override
            public @Nullable InputStream getResourceAsStream(String name) {
                return name.equals(known) ? new ByteArrayInputStream(new byte[] {7}) : null;
            }
        };
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = JarResources.open(name).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    @Test
    void theContextClassLoaderIsAskedFirst() throws IOException {
        Thread.currentThread().setContextClassLoader(knowing(THERE));
        assertThat(read(THERE)).containsExactly(7);
    }

    @Test
    void thenTheOneOfThisModule() throws IOException {
        Thread.currentThread().setContextClassLoader(knowing("other"));
        assertThat(read(THERE)).hasSizeGreaterThan(100);
        Thread.currentThread().setContextClassLoader(null);
        assertThat(read(THERE)).hasSizeGreaterThan(100);
    }

    @Test
    void whatNeitherKnowsIsNotThere() {
        assertThat(JarResources.open("META-INF/vemmio/none")).isEmpty();
    }
}
