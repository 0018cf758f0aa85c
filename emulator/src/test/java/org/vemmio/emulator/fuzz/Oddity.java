package org.vemmio.emulator.fuzz;

/// What is odd about the devices and the memory of a case. Accesses are counted from 1 in each trap; 0 is never.
///
/// @param widths what the devices take, as [org.vemmio.emulator.device.MmioBus#widths]
/// @param widthsLater what they take from access `changesAt` on
/// @param changesAt the access with which `widths` becomes `widthsLater`
/// @param refusesAt the access that is refused
/// @param throwsAt the access that throws something else
/// @param reentersAt the access that calls the engine, and throws what it gets if that number is odd
/// @param memoryThrowsAt the call of the memory's `translate` or `read` that throws
/// @param exchanges whether compare-and-exchange is offered; it succeeds if `refusesAt` is even
record Oddity(int widths, int widthsLater, int changesAt, int refusesAt, int throwsAt, int reentersAt,
        int memoryThrowsAt, boolean exchanges) {
    /// Nothing is odd.
    static final Oddity NONE = new Oddity(127, 127, 0, 0, 0, 0, 0, false);

    /// What an odd device or memory throws.
    static final class OddException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OddException() {
            super("odd", null, false, false);
        }
    }
}
