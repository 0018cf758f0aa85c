package org.vemmio.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.vemmio.emulator.handler.TrapHandlerProvider;
import org.vemmio.emulator.handler.TrapHandlers;

class MovOnlyProviderTest {
    private static final String SERVICE = TrapHandlerProvider.class.getName();

    @Test
    void itsHandlerIsFoundBesideThoseOfVemmio() {
        assertThat(TrapHandlers.installed().names()).contains("architectural", "linux-tdx").endsWith("mov-only");
        assertThat(TrapHandlers.named("mov-only").name()).isEqualTo("mov-only");
    }

    /// One is for the module path, the other for the class path.
    @Test
    void moduleAndServiceFileNameTheSameProviders() throws IOException {
        Module module = MovOnlyProvider.class.getModule();
        List<String> declared = module.getDescriptor().provides().stream()
                .filter(provided -> provided.service().equals(SERVICE))
                .flatMap(provided -> provided.providers().stream()).toList();
        try (InputStream file = module.getResourceAsStream("META-INF/services/" + SERVICE)) {
            assertThat(new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyElementsOf(declared).isNotEmpty();
        }
    }
}
