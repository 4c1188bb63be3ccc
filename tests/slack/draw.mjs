// Reads {name: [blocks of each message]} from a file and writes a page for each name: node draw.mjs FILE FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import React from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message } from "slack-blocks-to-jsx";

const [, , file, folder] = process.argv;
const style = readFileSync(new URL("node_modules/slack-blocks-to-jsx/dist/style.css", import.meta.url), "utf8");
const logo = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
const page = "*{box-sizing:border-box}body{margin:0;font-family:sans-serif}.message{padding:4px;overflow:hidden}";

for (const [name, messages] of Object.entries(JSON.parse(readFileSync(file, "utf8")))) {
  const drawn = messages.map((blocks) => {
    const message = React.createElement(Message, { blocks, logo, name: "Provenance", time: new Date(0) });
    return `<div class="message">${renderToStaticMarkup(message)}</div>`;
  });
  writeFileSync(`${folder}/${name}.html`, `<!doctype html><meta charset="utf-8"><style>${page}${style}</style>${drawn.join("")}`);
}
