package org.vemmio.emulator.input;

/// How much is read, so that no input can make the work or the memory grow without end. All bounds on input, each with
/// the kind of input it is for; past one, a reader says so in one line.
///
/// What streams (recordings, code, traces and logs to be imported) has no size limit: only lines, what stands on one,
/// and how deep it is nested. What is read whole (policies, scenarios) has one.
public final class Limits {
    /// The most bytes of a file that is read whole: a policy or a scenario; and the most UTF-16 units of its text.
    public static final int WHOLE_FILE = 1 << 20;
    /// How many lists and mappings of YAML may stand in one another.
    public static final int YAML_DEPTH = 64;

    /// The most bytes of one line of a recording.
    public static final int RECORDING_LINE = 1 << 24;
    /// The most entries of lists, such as accesses in `mmio`, in one line of a recording.
    public static final int RECORDING_ENTRIES = 1 << 18;
    /// How many lists and objects may stand in one another in a recording.
    public static final int RECORDING_DEPTH = 64;

    /// The most bytes of a log that is decoded, which is read to its end; the trap and its surroundings are far fewer.
    public static final int LOG = 1 << 24;
    /// The most bytes for which one `*` of a dump may stand.
    public static final int REPEATED_ROWS = 1 << 24;

    /// The most bytes that count of one line of a trace or a log that is imported; the rest is passed over.
    public static final int IMPORTED_LINE = 4096;
    /// The most accesses that wait for the end of their imported instruction; a `rep` that makes more becomes several
    /// traps.
    public static final int IMPORTED_ACCESSES = 1 << 14;
    /// The most threads of a trace that are told apart at a time; that which has been silent longest is forgotten.
    public static final int IMPORTED_PROCESSORS = 1024;
    /// The most mappings of mmiotrace that are known at a time; the oldest is forgotten.
    public static final int IMPORTED_MAPPINGS = 1 << 16;

    /// The longest pattern for mnemonics, in characters.
    public static final int MNEMONIC = 64;

    private Limits() {
    }
}
