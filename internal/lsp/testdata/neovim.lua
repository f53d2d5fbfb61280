-- Drives Neovim as a person would and prints what it shows, one line each. Run with -l behind the configuration of the guide.
local patience = 120000

local function say(...) io.stdout:write(table.concat({ ... }, ' '), '\n') end

-- ask sends a request about the text at a position of the buffer (line and column from 0) and returns the answer.
local function ask(method, params)
  params = vim.tbl_extend('force', { textDocument = vim.lsp.util.make_text_document_params() }, params or {})
  local answers, failure = vim.lsp.buf_request_sync(0, method, params, patience)
  if failure then error(method .. ': ' .. failure) end
  for _, answer in pairs(answers) do
    if answer.error then error(method .. ': ' .. answer.error.message) end
    return answer.result
  end
  error(method .. ': no answer')
end

local function await(what, holds)
  if not vim.wait(patience, holds, 20) then error(what .. ': not in time') end
end

local function lines(...) vim.api.nvim_buf_set_lines(0, 0, -1, false, { ... }) end

local function drive()
  vim.cmd.edit('jobs/a.sql')
  await('the server is attached', function() return #vim.lsp.get_clients({ bufnr = 0, name = 'autostream' }) == 1 end)

  lines("SELECT id, nosuch FROM orders;")
  await('a finding', function() return #vim.diagnostic.get(0) > 0 end)
  for _, d in ipairs(vim.diagnostic.get(0)) do say('diagnostic', d.code, d.lnum .. ':' .. d.col, (d.message:gsub('\n', ': '))) end

  lines("SELECT id, amount FROM orders;")
  await('no finding', function() return #vim.diagnostic.get(0) == 0 end)
  say('hover', (ask('textDocument/hover', { position = { line = 0, character = 12 } }).contents.value:gsub('\n', ' ')))
  local definition = ask('textDocument/definition', { position = { line = 0, character = 25 } })
  definition = definition.uri and definition or definition[1]
  say('definition', definition.uri:match('[^/]+/[^/]+$'), definition.range.start.line)

  lines("SELECT  FROM orders;")
  local labels = {}
  for _, item in ipairs(ask('textDocument/completion', { position = { line = 0, character = 7 } }).items) do labels[item.label] = true end
  say('completion', tostring(labels.amount), tostring(labels.customer), tostring(labels.SUM))

  lines("select id,amount from orders;")
  vim.lsp.buf.format({ timeout_ms = patience })
  say('format', table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '|'))

  vim.cmd('silent write')
  vim.cmd.edit('jobs/b.sql')
  await('the second file', function() return #vim.lsp.get_clients({ bufnr = 0, name = 'autostream' }) == 1 end)
  local first = vim.api.nvim_buf_get_lines(0, 1, 2, false)[1]
  vim.api.nvim_win_set_cursor(0, { 2, first:find('o.customer', 1, true) - 1 })
  vim.lsp.buf.rename('orderly')
  await('a rename', function() return vim.api.nvim_buf_get_lines(0, 1, 2, false)[1]:find('orders AS orderly', 1, true) ~= nil end)
  say('rename', vim.api.nvim_buf_get_lines(0, 1, 2, false)[1])

  say('lenses', #ask('textDocument/codeLens'))
  await('inlay hints', function() return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0 end)
  say('symbols', #ask('textDocument/documentSymbol'))
  for _, command in ipairs({ 'autostream.preview', 'autostream.lineage' }) do
    say('command', command, type(vim.lsp.get_clients({ name = 'autostream' })[1].commands[command]))
  end
  say('end')
end

local fine, why = pcall(drive)
if not fine then say('error', why) end
vim.cmd(fine and 'qa!' or 'cquit')
