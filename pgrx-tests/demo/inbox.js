// Looks every second whether there is something new, and shows it. The newest mail is open until another is picked.
const list = document.getElementById("list");
const entries = document.getElementById("entries");
const frame = document.getElementById("mail");
const heading = document.getElementById("shown");
const trouble = document.getElementById("trouble");

const when = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

let picked = null;
let shown = null;
let known = "";

const line = (name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
};

function show(mail) {
  if (mail.id === shown) return;
  shown = mail.id;
  heading.textContent = mail.subject;
  frame.src = `/mails/${mail.id}`;
}

function draw({ mails, events }) {
  const open = mails.find((mail) => mail.id === picked) ?? mails[0];
  list.replaceChildren(
    ...mails.map((mail) => {
      const button = document.createElement("button");
      button.append(
        line("strong", mail.subject),
        line("small", mail.recipient),
        line("small", `${mail.kind.replaceAll("_", " ")}, ${when.format(new Date(mail.created_at))}`),
      );
      button.setAttribute("aria-current", String(mail === open));
      button.addEventListener("click", () => {
        picked = mail.id;
        draw({ mails, events });
      });
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  entries.replaceChildren(
    ...events.map((event) => {
      const item = document.createElement("li");
      item.className = "entry";
      item.append(
        line("strong", event.title),
        line("small", `${when.format(new Date(event.starts_at))} to ${clock.format(new Date(event.ends_at))}`),
        line("small", [event.calendar, event.place].filter(Boolean).join(", ")),
      );
      return item;
    }),
  );
  if (open) show(open);
}

async function look() {
  try {
    const answer = await fetch("/state");
    const text = await answer.text();
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    trouble.textContent = "";
    // What is the same stays as it is, and so does the focus.
    if (text !== known) draw(JSON.parse(text));
    known = text;
  } catch {
    trouble.textContent = "The demo does not answer. It may have been stopped: make demo KEEP=1 starts it again.";
  }
  setTimeout(look, 1000);
}

look();
