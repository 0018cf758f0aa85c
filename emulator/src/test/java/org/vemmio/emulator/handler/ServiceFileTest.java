package org.vemmio.emulator.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ServiceFileTest {
    private static final String SERVICE = TrapHandlerProvider.class.getName();

    /// One is for the module path, the other for the class path.
    @Test
    void moduleAndServiceFileNameTheSameProvidersInTheSameOrder() throws IOException {
        Module module = TrapHandlerProvider.class.getModule();
        assumeThat(module.isNamed()).as("the tests run on the module path, as in the build").isTrue();
        List<String> declared = module.getDescriptor().provides().stream()
                .filter(provided -> provided.service().equals(SERVICE))
                .flatMap(provided -> provided.providers().stream()).toList();
        try (InputStream file = module.getResourceAsStream("META-INF/services/" + SERVICE)) {
            assertThat(new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyElementsOf(declared).isNotEmpty();
        }
    }
}
