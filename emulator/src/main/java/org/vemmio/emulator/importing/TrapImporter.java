package org.vemmio.emulator.importing;

import java.io.IOException;
import java.util.List;

/// Makes recorded traps of one kind of source. Found by [java.util.ServiceLoader]: a module names its importers in its
/// declaration (`provides TrapImporter with …`), a jar for the class path in
/// `META-INF/services/org.vemmio.emulator.importing.TrapImporter`. Immutable and safe for several threads.
public interface TrapImporter {
    /// {@return the name for `--from`, such as `kvm-trace`: lower-case letters, digits and `-`, a letter first}
    String name();

    /// {@return what it reads, in a line of up to 60 characters}
    String description();

    /// {@return what one calls a source of its kind: `trace` unless told, `log`}
    default String noun() {
        return "trace";
    }

    /// {@return a few lines as an example, which [#recognises] takes}
    List<String> example();

    /// {@return whether this is a source of its kind}
    ///
    /// @param head the first lines, up to 64 KiB
    boolean recognises(List<String> head);

    /// Reads a source to its end.
    ///
    /// @param source what to read
    /// @param summary counts what becomes of it
    /// @param sink takes the traps in the order in which they come to be known
    /// @throws ImportException if it cannot be read
    /// @throws IOException if the sink throws it
    void read(ImportSource source, ImportSummary summary, TrapSink sink) throws IOException;
}
