# English. The other languages have the same texts with the same variables: `mail::languages::tests` compares
# them. How to translate is in CONTRIBUTING.md, "A language".

## Letters: the news for the subject, the heading, and the first paragraph. $owner and $guest are names, or
## addresses of those who have given none: no word around them may depend on their gender or ending.

confirmation-guest =
    .news = Confirmed
    .heading = You’re booked
    .intro = Your meeting with { $owner } is confirmed. The invitation for your calendar is attached.
confirmation-further-guest =
    .news = Invitation
    .heading = You’re invited
    .intro = You are invited to a meeting with { $owner }. The invitation for your calendar is attached.
owner-notification =
    .news = New booking
    .heading = New booking
    .intro = { $guest } has booked a meeting with you.
    .intro-unnamed = You have a new meeting.
updated-guest =
    .news = Updated
    .heading = Your meeting has changed
    .intro = Your meeting with { $owner } takes place at the same time, but something about it has changed. The attached invitation updates your calendar.
updated-further-guest =
    .news = Updated
    .heading = The meeting has changed
    .intro = The meeting with { $owner } takes place at the same time, but something about it has changed. The attached invitation updates your calendar.
updated-owner =
    .news = Updated
    .heading = Booking changed
    .intro = Your meeting with { $guest } takes place at the same time, but something about it has changed.
    .intro-unnamed = Your meeting takes place at the same time, but something about it has changed.
link-guest =
    .news = Updated
    .heading = Your link to join
    .intro = Your meeting with { $owner } takes place as planned, and now has a link to join. The attached invitation updates your calendar.
link-further-guest =
    .news = Updated
    .heading = Your link to join
    .intro = The meeting with { $owner } takes place as planned, and now has a link to join. The attached invitation updates your calendar.
link-owner =
    .news = Updated
    .heading = Link to join
    .intro = Your meeting with { $guest } takes place as planned, and now has a link to join.
    .intro-unnamed = Your meeting takes place as planned, and now has a link to join.
rescheduled-guest =
    .news = Rescheduled
    .heading = Your meeting has moved
    .intro = Your meeting with { $owner } has a new time. The attached invitation updates your calendar.
rescheduled-further-guest =
    .news = Rescheduled
    .heading = The meeting has moved
    .intro = The meeting with { $owner } has a new time. The attached invitation updates your calendar.
rescheduled-owner =
    .news = Rescheduled
    .heading = Booking rescheduled
    .intro = Your meeting with { $guest } has a new time.
    .intro-unnamed = Your meeting has a new time.
reminder-guest =
    .news = Reminder
    .heading = Your meeting is coming up
    .intro = Your meeting with { $owner } is coming up.
reminder-further-guest =
    .news = Reminder
    .heading = The meeting is coming up
    .intro = The meeting with { $owner } is coming up.
cancelled-guest =
    .news = Cancelled
    .heading = Your meeting is cancelled
    .intro = Your meeting with { $owner } will not take place. The attachment removes it from your calendar.
cancelled-further-guest =
    .news = Cancelled
    .heading = The meeting is cancelled
    .intro = The meeting with { $owner } will not take place. The attachment removes it from your calendar.
cancelled-owner =
    .news = Cancelled
    .heading = Booking cancelled
    .intro = Your meeting with { $guest } will not take place. The time is free again.
    .intro-unnamed = Your meeting will not take place. The time is free again.
withdrawn =
    .news = Cancelled
    .heading = Your invitation is withdrawn
    .intro = You are no longer invited to this meeting with { $owner }. The attachment removes it from your calendar.
disconnected =
    .news = Connect your { $calendar } again
    .heading = Your calendar is disconnected
    .intro = { $calendar } no longer lets us in, so we do not know when you are busy. Bookings that you have stand, but their changes do not reach the calendar, and new bookings are refused until it is connected again.
    .how-here = Connect it again on the page below.
    .how-elsewhere = Connect it again where you connected it first.

## Subjects, in which $news is one of the above.

subject = { $news }: { $title }, { $when }
subject-from = { $news }: { $guest }, { $title }, { $when }
subject-calendar = { $news }: { $account }

## The end of a letter.

footer-guest = You receive this mail because your address was given for a meeting with { $owner }.
footer-answer = Your answer to this mail goes to { $guest }.
footer-owner = You receive this mail because the meeting is yours.
footer-calendar = You receive this mail because people book meetings with you by this calendar.

## Buttons.

action-manage = Reschedule or cancel
action-connect = Connect again

## The table.

label-what = What
label-when = When
label-changed = Changed
label-where = Where
label-join = Join
label-with = With
label-guest = Guest
label-guests = Guests
label-email = E-mail
label-phone = Phone
label-reason = Reason
label-notes = Notes
label-calendar = Calendar
label-account = Account
# How many there are besides the reader: $count to choose the words by, $number to show.
more-guests = { $count ->
        [one] { $number } more, who gets a mail of their own
       *[other] { $number } more, who get mails of their own
    }
yes = yes
no = no

## What has changed: one of these, and what it was and is.

change = { $what }: { $was } → { $is }
change-time = Time
change-title = Title
change-place = Place
change-link = Link to join
change-host = Host
change-guest = Guest
change-guests = Further guests
none = none

## A time. $from is the date with the time; so is $to, where it is on another day.

when = { $from } – { $to } ({ $zone }, { $offset })
when-utc = { $from } – { $to } ({ $offset })
# The clocks change in between.
when-changing = { $from } { $offset } – { $to } { $offset-then } ({ $zone })

## Names and punctuation.

calendar-google = Google Calendar
calendar-outlook = Outlook calendar
# An owner who has no name, as in "Your meeting with us".
us = us
# Between a label and what it says, with the space that follows.
colon = :{ " " }
# Between things in a row, with the space that follows.
comma = ,{ " " }
# Between two sentences.
space = { " " }

## Pages that the database serves, before their script runs or without it.

page-gone = This booking page does not exist or is closed
page-gone-why = Please check the address, or ask for a new one.
page-failed = This page cannot be shown just now
page-failed-why = Please try again in a moment.
page-script = This page needs JavaScript, which is switched off in this browser. Please switch it on, then load the page again.
page-manage = Your booking
page-owner = Scheduling
page-minutes = { $number } min
