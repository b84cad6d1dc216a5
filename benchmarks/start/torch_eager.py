"""PyTorch, eager."""

import torch

x = torch.tensor([1.0, 2, 3, 4])
y = torch.tensor([5.0, 8, 11, 14])
W = torch.ones(1, requires_grad=True)
b = torch.ones(1, requires_grad=True)
optimizer = torch.optim.SGD([W, b], 0.1)
for _ in range(100):
    optimizer.zero_grad()
    cost = torch.mean(torch.square(W * x + b - y))
    cost.backward()
    optimizer.step()
loss = cost.item()
