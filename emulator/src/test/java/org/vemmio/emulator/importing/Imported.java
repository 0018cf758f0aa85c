package org.vemmio.emulator.importing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vemmio.emulator.recording.RecordedTrap;

/// What an importer made of a text.
record Imported(List<RecordedTrap> traps, ImportSummary summary) {
    /// Imports a KVM trace.
    static Imported kvm(String... lines) {
        byte[] text = String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        return of("kvm-trace", new ByteArrayInputStream(text));
    }

    static Imported kvm(List<String> lines) {
        return kvm(lines.toArray(String[]::new));
    }

    static Imported of(String format, InputStream in) {
        List<RecordedTrap> traps = new ArrayList<>();
        ImportSummary summary = new ImportSummary();
        try (SourceLines lines = SourceLines.open("text", in)) {
            TrapImporters.named(format).read(new ImportSource(lines, Optional.empty()), summary, traps::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Imported(traps, summary);
    }

    RecordedTrap trap() {
        if (traps.size() != 1) {
            throw new AssertionError(traps.size() + " traps: " + summary.instructionsLeft() + summary.accessesLeft());
        }
        return traps.getFirst();
    }
}
