package org.vemmio.emulator.confidential;

import java.util.List;

/// One line of a timeline.
///
/// @param step what was done
/// @param events what came of it, in order
/// @param pages the pages after it
public record Moment(String step, List<Event> events, List<Page> pages) {
    /// Creates a moment; the lists are copied.
    public Moment {
        events = List.copyOf(events);
        pages = List.copyOf(pages);
    }
}
