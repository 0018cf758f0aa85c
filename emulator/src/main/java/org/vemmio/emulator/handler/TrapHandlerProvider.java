package org.vemmio.emulator.handler;

import java.util.List;

/// Brings the versions of one handler. Found by [java.util.ServiceLoader]: a module names its providers in its
/// declaration (`provides TrapHandlerProvider with …`), a jar for the class path in
/// `META-INF/services/org.vemmio.emulator.handler.TrapHandlerProvider`. Immutable and safe for several threads.
public interface TrapHandlerProvider {
    /// {@return the name without a version, such as `linux-tdx`; it stands for the newest of [#handlers]}
    ///
    /// A name has lower-case letters, digits, `.` and `-`, and begins with a letter.
    String name();

    /// {@return a name short enough for the head of a column, such as `tdx`; for handlers whose names begin with
    /// [#name] it stands instead of that}
    default String shortName() {
        return name();
    }

    /// {@return what it is, in a line of a help text of up to 60 characters, such as `Linux as a TDX guest`}
    String description();

    /// {@return the handlers, oldest version first; at least one, with names as [#name]}
    List<TrapHandler> handlers();
}
