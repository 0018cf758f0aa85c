package org.vemmio.emulator.scenario.run;

import java.util.ArrayList;
import java.util.List;

/// What has been done so far, and the step that goes on with what has come of it.
final class Timeline {
    private final Pages pages;
    private final List<TimelineEntry> entries = new ArrayList<>();
    private final List<TimelineEvent> events = new ArrayList<>();
    private String step = "at the start";

    Timeline(Pages pages) {
        this.pages = pages;
    }

    /// Ends the entry of the step that goes on, and begins another.
    void begin(String what) {
        end();
        step = what;
    }

    /// Adds what has come of the step that goes on.
    void add(TimelineEvent event) {
        events.add(event);
    }

    void note(String text) {
        add(new TimelineEvent.Noted(text));
    }

    /// Ends the entry of the last step, and returns all.
    List<TimelineEntry> finish() {
        end();
        return List.copyOf(entries);
    }

    private void end() {
        entries.add(new TimelineEntry(step, events, pages.snapshot()));
        events.clear();
    }
}
