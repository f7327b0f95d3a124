# Polish, formal, without forms that tell men from women. Names are not declined: they stand after a colon.

confirmation-guest =
    .news = Potwierdzone
    .heading = Spotkanie potwierdzone
    .intro = Państwa spotkanie zostało potwierdzone. Organizuje: { $owner }. Zaproszenie do kalendarza znajduje się w załączniku.
confirmation-further-guest =
    .news = Zaproszenie
    .heading = Zaproszenie na spotkanie
    .intro = Przesyłamy zaproszenie na spotkanie. Organizuje: { $owner }. Zaproszenie do kalendarza znajduje się w załączniku.
owner-notification =
    .news = Nowa rezerwacja
    .heading = Nowa rezerwacja
    .intro = Pojawiła się nowa rezerwacja spotkania. Rezerwuje: { $guest }.
    .intro-unnamed = W Państwa terminarzu pojawiło się nowe spotkanie.
updated-guest =
    .news = Zmienione
    .heading = Zmiana spotkania
    .intro = Państwa spotkanie odbędzie się o tej samej porze, ale coś się zmieniło. Organizuje: { $owner }. Załączone zaproszenie zaktualizuje kalendarz.
updated-further-guest =
    .news = Zmienione
    .heading = Zmiana spotkania
    .intro = Spotkanie odbędzie się o tej samej porze, ale coś się zmieniło. Organizuje: { $owner }. Załączone zaproszenie zaktualizuje kalendarz.
updated-owner =
    .news = Zmienione
    .heading = Zmiana rezerwacji
    .intro = Państwa spotkanie odbędzie się o tej samej porze, ale coś się zmieniło. Rezerwuje: { $guest }.
    .intro-unnamed = Państwa spotkanie odbędzie się o tej samej porze, ale coś się zmieniło.
link-guest =
    .news = Zmienione
    .heading = Link do spotkania
    .intro = Państwa spotkanie odbędzie się zgodnie z planem i ma teraz link, pod którym można dołączyć. Organizuje: { $owner }. Załączone zaproszenie zaktualizuje kalendarz.
link-further-guest =
    .news = Zmienione
    .heading = Link do spotkania
    .intro = Spotkanie odbędzie się zgodnie z planem i ma teraz link, pod którym można dołączyć. Organizuje: { $owner }. Załączone zaproszenie zaktualizuje kalendarz.
link-owner =
    .news = Zmienione
    .heading = Link do spotkania
    .intro = Państwa spotkanie odbędzie się zgodnie z planem i ma teraz link, pod którym można dołączyć. Rezerwuje: { $guest }.
    .intro-unnamed = Państwa spotkanie odbędzie się zgodnie z planem i ma teraz link, pod którym można dołączyć.
rescheduled-guest =
    .news = Nowy termin
    .heading = Nowy termin spotkania
    .intro = Państwa spotkanie ma nowy termin. Organizuje: { $owner }. Załączone zaproszenie zaktualizuje kalendarz.
rescheduled-further-guest =
    .news = Nowy termin
    .heading = Nowy termin spotkania
    .intro = Spotkanie ma nowy termin. Organizuje: { $owner }. Załączone zaproszenie zaktualizuje kalendarz.
rescheduled-owner =
    .news = Nowy termin
    .heading = Nowy termin rezerwacji
    .intro = Państwa spotkanie ma nowy termin. Rezerwuje: { $guest }.
    .intro-unnamed = Państwa spotkanie ma nowy termin.
reminder-guest =
    .news = Przypomnienie
    .heading = Zbliża się Państwa spotkanie
    .intro = Zbliża się Państwa spotkanie. Organizuje: { $owner }.
reminder-further-guest =
    .news = Przypomnienie
    .heading = Zbliża się spotkanie
    .intro = Zbliża się spotkanie. Organizuje: { $owner }.
cancelled-guest =
    .news = Odwołane
    .heading = Spotkanie odwołane
    .intro = Państwa spotkanie nie odbędzie się. Organizuje: { $owner }. Załącznik usunie je z kalendarza.
cancelled-further-guest =
    .news = Odwołane
    .heading = Spotkanie odwołane
    .intro = Spotkanie nie odbędzie się. Organizuje: { $owner }. Załącznik usunie je z kalendarza.
cancelled-owner =
    .news = Odwołane
    .heading = Rezerwacja odwołana
    .intro = Państwa spotkanie nie odbędzie się. Rezerwuje: { $guest }. Ten termin jest znowu wolny.
    .intro-unnamed = Państwa spotkanie nie odbędzie się. Ten termin jest znowu wolny.
withdrawn =
    .news = Odwołane
    .heading = Zaproszenie zostało wycofane
    .intro = Państwa zaproszenie na to spotkanie zostało wycofane. Organizuje: { $owner }. Załącznik usunie je z kalendarza.
disconnected =
    .news = Prosimy ponownie połączyć kalendarz ({ $calendar })
    .heading = Kalendarz jest odłączony
    .intro = { $calendar } nie daje nam już dostępu, dlatego nie wiemy, kiedy mają Państwo zajęty czas. Istniejące rezerwacje pozostają w mocy, ale ich zmiany nie trafiają do kalendarza, a nowe rezerwacje są odrzucane, dopóki nie zostanie on ponownie połączony.
    .how-here = Prosimy połączyć go ponownie na poniższej stronie.
    .how-elsewhere = Prosimy połączyć go ponownie tam, gdzie nastąpiło to po raz pierwszy.

subject = { $news }: { $title }, { $when }
subject-from = { $news }: { $guest }, { $title }, { $when }
subject-calendar = { $news }: { $account }

footer-guest = Otrzymują Państwo tę wiadomość, ponieważ ten adres podano przy rezerwacji spotkania. Organizuje: { $owner }.
footer-answer = Odpowiedź na tę wiadomość otrzyma: { $guest }.
footer-owner = Otrzymują Państwo tę wiadomość, ponieważ to Państwa spotkanie.
footer-calendar = Otrzymują Państwo tę wiadomość, ponieważ według tego kalendarza rezerwowane są spotkania z Państwem.

action-manage = Przełóż lub odwołaj
action-connect = Połącz ponownie

label-what = Temat
label-when = Termin
label-changed = Zmiany
label-where = Miejsce
label-join = Dołącz
label-with = Organizuje
label-guest = Rezerwuje
label-guests = Inne osoby
label-email = E-mail
label-phone = Telefon
label-reason = Powód
label-notes = Uwagi
label-calendar = Kalendarz
label-account = Konto
more-guests = { $count ->
        [one] jeszcze { $number } osoba, która dostaje osobną wiadomość
        [few] jeszcze { $number } osoby, które dostają osobne wiadomości
        [many] jeszcze { $number } osób, które dostają osobne wiadomości
       *[other] jeszcze { $number } osoby, które dostają osobne wiadomości
    }
yes = tak
no = nie

change = { $what }: { $was } → { $is }
change-time = Termin
change-title = Tytuł
change-place = Miejsce
change-link = Link do spotkania
change-host = Organizuje
change-guest = Rezerwuje
change-guests = Inne osoby
none = brak

when = { $from } – { $to } ({ $zone }, { $offset })
when-utc = { $from } – { $to } ({ $offset })
when-changing = { $from } { $offset } – { $to } { $offset-then } ({ $zone })

calendar-google = Kalendarz Google
calendar-outlook = Kalendarz Outlook
us = nasz zespół
colon = :{ " " }
comma = ,{ " " }
space = { " " }

page-gone = Ta strona rezerwacji nie istnieje lub jest zamknięta
page-gone-why = Prosimy sprawdzić adres lub poprosić o nowy.
page-failed = Tej strony nie można teraz wyświetlić
page-failed-why = Prosimy spróbować ponownie za chwilę.
page-script = Ta strona wymaga JavaScriptu, który jest wyłączony w tej przeglądarce. Prosimy go włączyć i ponownie wczytać stronę.
page-manage = Państwa rezerwacja
page-owner = Terminarz
page-minutes = { $number } min
